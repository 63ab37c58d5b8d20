<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
<#if section = "header">
${msg("leaseholdRefusedTitle")}
<#elseif section = "form">
<link rel="stylesheet" href="${url.resourcesPath}/css/leasehold.css">
<div class="leasehold" id="leasehold-refused" data-why="${leaseholdWhy}">
  <p role="alert">${msg("leaseholdRefused_" + leaseholdWhy, leaseholdDetail)}</p>
  <#if leaseholdTexts?has_content>
  <ul class="leasehold-texts"><#list leaseholdTexts as text><li>${text}</li></#list></ul>
  </#if>
  <p><a class="${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}" id="leasehold-restart" href="${url.loginRestartFlowUrl}">${msg("leaseholdRestart")}</a></p>
  <form action="${url.loginAction}" method="post">
    <button class="${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!}" type="submit" name="leave" id="leasehold-leave" value="true">${msg("leaseholdBack")}</button>
  </form>
</div>
</#if>
</@layout.registrationLayout>
