<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
<#if section = "header">
${msg("leaseholdAskedTitle")}
<#elseif section = "form">
<link rel="stylesheet" href="${url.resourcesPath}/css/leasehold.css">
<form class="leasehold" id="leasehold-asked" action="${url.loginAction}" method="post">
  <p role="status">${msg("leaseholdAskedText")}</p>
  <button class="${properties.kcButtonPrimaryClass!} ${properties.kcButtonBlockClass!}" type="submit" name="continue" id="leasehold-continue" value="true">${msg("leaseholdContinue")}</button>
</form>
</#if>
</@layout.registrationLayout>
