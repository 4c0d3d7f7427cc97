const faults = {
  wrong: 'The name or the password is wrong.',
  often: 'Too many tries from this address. Wait a minute.',
} as const;
export type LoginFault = keyof typeof faults;

export const loginPage = (fault?: LoginFault): string => `<h1>Queues</h1>
<p>For operators of this installation.</p>
${fault === undefined ? '' : `<p class="note" role="alert">${faults[fault]}</p>`}
<form method="post" action="/queues/login">
<label for="user">Name</label><input id="user" name="user" value="operator" autocomplete="username" required>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>`;

export const logoutPage = `<h1>Queues</h1>
<form method="post" action="/queues/logout"><button>Log out</button></form>`;
