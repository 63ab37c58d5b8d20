<#import "template.ftl" as layout>
<@layout.registrationLayout displayMessage=false; section>
<#if section = "header">
${msg("leaseholdWaitTitle")}
<#elseif section = "form">
<link rel="stylesheet" href="${url.resourcesPath}/css/leasehold.css">
<noscript><meta http-equiv="refresh" content="5;url=${leaseholdUrl}"></noscript>
<div class="leasehold" id="leasehold-wait" data-url="${leaseholdUrl}" data-poll="${leaseholdPoll?c}"
    data-one="${msg("leaseholdMinuteLeft")}" data-many="${msg("leaseholdMinutesLeft", "%")}">
  <p>${(leaseholdAsked?has_content)?then(msg("leaseholdWaitGroup", leaseholdAsked), msg("leaseholdWaitManager"))}</p>
  <h2 class="leasehold-label" id="leasehold-code-label">${msg("leaseholdCode")}</h2>
  <p class="leasehold-code" id="leasehold-code" aria-labelledby="leasehold-code-label" role="group">${leaseholdCode}</p>
  <p>${msg("leaseholdCodeHelp")}</p>
  <p id="leasehold-left" role="status" aria-live="polite"><#if leaseholdMinutes lt 2>${msg("leaseholdMinuteLeft")}<#else>${msg("leaseholdMinutesLeft", leaseholdMinutes?c)}</#if></p>
  <p class="leasehold-away" id="leasehold-away" role="status" aria-live="polite" data-text="${msg("leaseholdWaitAway")}"><#if leaseholdAway>${msg("leaseholdWaitAway")}</#if></p>
  <p>${msg("leaseholdWaitGoesOn")}</p>
  <form action="${url.loginAction}" method="post">
    <button class="${properties.kcButtonSecondaryClass!} ${properties.kcButtonBlockClass!}" type="submit" name="leave" id="leasehold-leave" value="true">${msg("leaseholdLeave")}</button>
  </form>
</div>
<script type="module" src="${url.resourcesPath}/js/leasehold.js"></script>
</#if>
</@layout.registrationLayout>
