/* global SwaggerUIBundle -- the script before this one */
import { encryptPassword } from './encrypt-password.js';

/** Before an access token expires; it holds for ten minutes. */
const REFRESH_EARLIER_MS = 60_000;

const signInForm = document.getElementById('sign-in');
const signOutForm = document.getElementById('sign-out');
const state = document.getElementById('state');

const ui = SwaggerUIBundle({
  dom_id: '#api',
  url: '/api/openapi.json',
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  deepLinking: true,
  displayOperationId: true,
  docExpansion: 'list',
  filter: true,
  tryItOutEnabled: true,
  // Nothing of this leaves for a validator elsewhere, and no token stays behind in the browser.
  validatorUrl: null,
  persistAuthorization: false,
});

let accessToken;
let refreshTimer;

signInForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const { name, password, code } = Object.fromEntries(new FormData(signInForm));
  void tell(async () => {
    const encrypted = await encryptPassword(password, await ask('GET', '/api/session/key'));
    take(await ask('POST', '/api/session', { name, password: encrypted, ...(code && { code }) }));
    signInForm.reset();
  });
});

signOutForm.addEventListener('submit', (event) => {
  event.preventDefault();
  void tell(async () => {
    await ask('DELETE', '/api/session');
    forget('로그아웃했습니다. · Signed out.');
  });
});

/** Shows what went wrong in the words of the API. */
async function tell(work) {
  state.className = '';
  try {
    await work();
  } catch (error) {
    state.className = 'problem';
    state.textContent = error.message;
  }
}

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { ...(body && { 'Content-Type': 'application/json' }), ...(accessToken && { Authorization: `Bearer ${accessToken}` }) },
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error([said.detail, said.remedy].filter(Boolean).join(' '));
  return said;
}

function take(signedIn) {
  accessToken = signedIn.accessToken;
  ui.preauthorizeApiKey('accessToken', accessToken);
  signInForm.hidden = true;
  signOutForm.hidden = false;
  state.textContent = `${signedIn.user.displayName} (${signedIn.user.role})`;
  clearTimeout(refreshTimer);
  refreshTimer = setTimeout(refresh, Math.max(0, Date.parse(signedIn.expiresAt) - Date.now() - REFRESH_EARLIER_MS));
}

/** One tab at a time: a refresh token that comes twice ends the session. */
function refresh() {
  void navigator.locks.request('tank.refresh', async () => {
    try {
      take(await ask('POST', '/api/session/refresh'));
    } catch (error) {
      forget(error.message);
    }
  });
}

function forget(why) {
  accessToken = undefined;
  clearTimeout(refreshTimer);
  ui.authActions.logout(['accessToken']);
  signInForm.hidden = false;
  signOutForm.hidden = true;
  state.textContent = why;
}
