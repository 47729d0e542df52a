import { chromium, type Browser } from 'playwright-core'

/** Starts the Chromium of CHROMIUM_PATH, else the system's, without a screen. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: [
      // Not to be had in containers; only pages of ours are opened.
      ...['--no-sandbox', '--disable-dev-shm-usage'],
      // The frame of a mail in the page's own process: elsewhere a click may miss it, and a picture of it is blurred.
      '--disable-features=IsolateSandboxedIframes',
    ],
  })
}
