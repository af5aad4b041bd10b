import { existsSync } from 'node:fs';

/** Debian's two builds of Chromium. The one without a window takes half the time. */
const INSTALLED = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** How the browser is started: the system's own, with everything switched off that would talk to other hosts. */
export const browserOptions = {
  executablePath: process.env.CHROMIUM ?? INSTALLED.find((path) => existsSync(path)),
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
};
