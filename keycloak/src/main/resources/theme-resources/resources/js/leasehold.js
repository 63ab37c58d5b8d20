/* global document, location */
// The waiting page asks for news, and opens its own address when there are some: that request goes on, not this one.
const page = document.getElementById('leasehold-wait');

function show({ status, secondsLeft }) {
  const minutes = Math.ceil(secondsLeft / 60);
  const left = minutes < 2 ? page.dataset.one : page.dataset.many.replace('%', String(minutes));
  write('leasehold-left', left);
  const away = document.getElementById('leasehold-away');
  write('leasehold-away', status === 'away' ? away.dataset.text : '');
}

/** A screen reader speaks what is written: so only what differs. */
function write(id, text) {
  const element = document.getElementById(id);
  if (element.textContent !== text) element.textContent = text;
}

async function ask() {
  const answer = await fetch(page.dataset.url, {
    headers: { Accept: 'application/json' },
    redirect: 'manual',
    cache: 'no-store',
  }).catch(() => undefined);
  if (answer === undefined) return true; // Keycloak itself is away
  const isJson = answer.ok && (answer.headers.get('Content-Type') ?? '').startsWith('application/json');
  if (!isJson) return answer.status >= 500;
  const news = await answer.json();
  if (news.status !== 'waiting' && news.status !== 'away') return false;
  show(news);
  return true;
}

async function poll() {
  if (await ask()) setTimeout(poll, Number(page.dataset.poll));
  else location.replace(page.dataset.url);
}

if (page !== null) setTimeout(poll, Number(page.dataset.poll));

// The form: one click sends it once, and the durations are those of the chosen access.
const form = document.getElementById('leasehold-request');
form?.addEventListener('submit', (event) => {
  if (form.dataset.sent === 'true') event.preventDefault();
  form.dataset.sent = 'true';
});

const access = document.getElementById('access');
const duration = document.getElementById('duration');

function fitDurations(isChange) {
  const options = [...document.querySelectorAll('#access option, #leasehold-entries option')];
  const chosen = options.find((option) => option.value === access.value);
  const allowed = chosen?.dataset.durations.split(' ');
  for (const option of duration.options) {
    option.hidden = allowed !== undefined && !allowed.includes(option.value);
    option.disabled = option.hidden;
  }
  if (chosen !== undefined && (isChange || duration.selectedOptions[0]?.disabled !== false)) {
    duration.value = chosen.dataset.default;
  }
}

access?.addEventListener('change', () => fitDurations(true));
if (access !== null) fitDurations(false);
