package dev.leasehold.keycloak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final Path THEME = Path.of("src/main/resources/theme-resources");

    private static Properties texts(String language) throws IOException {
        Properties texts = new Properties();
        try (Reader file = Files.newBufferedReader(THEME.resolve("messages/messages_" + language + ".properties"), UTF_8)) {
            texts.load(file);
        }
        return texts;
    }

    private static List<String> templates() throws IOException {
        try (Stream<Path> files = Files.list(THEME.resolve("templates"))) {
            List<String> templates = new java.util.ArrayList<>();
            for (Path file : files.toList()) templates.add(Files.readString(file));
            return templates;
        }
    }

    @Test
    void everyTextIsThereInBothLanguagesWithTheSamePlaces() throws IOException {
        Properties english = texts("en");
        Properties german = texts("de");
        assertEquals(new TreeSet<>(english.stringPropertyNames()), new TreeSet<>(german.stringPropertyNames()));
        for (String key : english.stringPropertyNames()) {
            assertEquals(english.getProperty(key).contains("{0}"), german.getProperty(key).contains("{0}"), key);
            assertFalse((english.getProperty(key) + german.getProperty(key)).contains("'"), key + " is a MessageFormat");
        }
    }

    @Test
    void everyTextThatATemplateNamesIsThere() throws IOException {
        Properties english = texts("en");
        for (String template : templates()) {
            Matcher names = Pattern.compile("msg\\(\"(\\w+)\"[,)]").matcher(template);
            while (names.find()) assertTrue(english.containsKey(names.group(1)), names.group(1));
        }
    }

    @Test
    void everyRefusalHasASentence() throws IOException {
        Properties english = texts("en");
        for (String why : Refusal.KNOWN) assertTrue(english.containsKey("leaseholdRefused_" + why), why);
        for (String because : FormError.SENTENCES) assertTrue(english.containsKey("leaseholdForm_" + because), because);
        for (String because : AccessRequestPages.CLOSED) assertTrue(english.containsKey("leaseholdClosed_" + because), because);
    }

    @Test
    void noTemplateSwitchesEscapingOffOrHoldsAScript() throws IOException {
        for (String template : templates()) {
            assertFalse(template.contains("no_esc"));
            assertFalse(template.contains("noautoesc"));
            assertFalse(Pattern.compile("<script(?![^>]*src=)").matcher(template).find());
            assertFalse(Pattern.compile("\\son\\w+=").matcher(template).find());
        }
    }
}
