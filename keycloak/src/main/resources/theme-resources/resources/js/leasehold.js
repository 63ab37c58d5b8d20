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
