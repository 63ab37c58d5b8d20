<#import "template.ftl" as layout>
<#macro fieldError field>
  <#if leaseholdField == field && leaseholdBecause?has_content>
  <p class="leasehold-error" id="${field}-error" role="alert">${msg("leaseholdForm_" + leaseholdBecause, leaseholdLimit)}</p>
  </#if>
</#macro>
<#macro errorOf field><#if leaseholdField == field && leaseholdBecause?has_content> aria-invalid="true" aria-describedby="${field}-error"</#if></#macro>
<@layout.registrationLayout displayMessage=false; section>
<#if section = "header">
${msg("leaseholdFormTitle")}
<#elseif section = "form">
<link rel="stylesheet" href="${url.resourcesPath}/css/leasehold.css">
<form class="leasehold" id="leasehold-request" action="${url.loginAction}" method="post" novalidate>
<#if leaseholdClosed?has_content>
  <p role="alert" id="leasehold-closed">${msg("leaseholdClosed_" + leaseholdClosed)}</p>
  <button class="${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}" type="submit" name="again" id="leasehold-again" value="true">${msg("leaseholdAgain")}</button>
<#else>
  <p>${msg("leaseholdFormHelp")}</p>
  <@fieldError field="" />
  <div>
    <#if leaseholdMore>
    <label for="access">${msg("leaseholdAccess")}</label>
    <input class="leasehold-field" id="access" name="text" type="text" list="leasehold-entries" value="${leaseholdText}" autocomplete="off" required<@errorOf field="access" />>
    <datalist id="leasehold-entries"><#list leaseholdEntries as entry><option value="${entry.path()}" data-durations="${entry.durationWords()}" data-default="${entry.defaultSeconds()?c}">${entry.description()}</option></#list></datalist>
    <#else>
    <label for="access">${msg("leaseholdAccess")}</label>
    <select class="leasehold-field" id="access" name="access" required<@errorOf field="access" />>
      <#list leaseholdEntries as entry><option value="${entry.value()}" data-durations="${entry.durationWords()}" data-default="${entry.defaultSeconds()?c}"<#if entry.value() == leaseholdChosen> selected</#if>>${entry.path()}<#if entry.description()?has_content> – ${entry.description()}</#if></option></#list>
    </select>
    </#if>
    <@fieldError field="access" />
  </div>
  <div>
    <label for="duration">${msg("leaseholdDuration")}</label>
    <select class="leasehold-field" id="duration" name="duration" required<@errorOf field="duration" />>
      <#list leaseholdDurations as one><option value="${one.seconds()?c}"<#if one.seconds()?c == leaseholdDuration> selected</#if>>${(one.count() == 1)?then(msg("leasehold_1_" + one.unit()), msg("leasehold_" + one.unit(), one.count()?c))}</option></#list>
    </select>
    <@fieldError field="duration" />
  </div>
  <div>
    <label for="justification">${msg("leaseholdJustification")}</label>
    <textarea class="leasehold-field" id="justification" name="justification" rows="3" required<@errorOf field="justification" />>${leaseholdJustification}</textarea>
    <@fieldError field="justification" />
  </div>
  <button class="${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}" type="submit" id="leasehold-send">${msg("leaseholdAsk")}</button>
</#if>
  <button class="${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!}" type="submit" name="cancel-aia" id="leasehold-not-now" value="true" formnovalidate>${msg("leaseholdNotNow")}</button>
</form>
<script type="module" src="${url.resourcesPath}/js/leasehold.js"></script>
</#if>
</@layout.registrationLayout>
