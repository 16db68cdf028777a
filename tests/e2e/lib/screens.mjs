// Every screen a person can reach, with the way there from the start page. The accessibility
// check and the photographs go through the same list.
import { blank, button, map, starter } from './app.mjs';

const TWO_ZONES = /^Two-zone|2-zone|two zones/i;

const flowLens = async (page) => {
  await page.getByRole('radio', { name: 'Flow', exact: true }).or(button(page, 'Flow')).first().click();
  await page.getByRole('slider', { name: 'Timeline' }).waitFor();
};

export const SCREENS = [
  { name: 'home', reach: async () => {} },
  { name: 'blank', reach: blank },
  { name: 'build', reach: (page) => starter(page, TWO_ZONES) },
];
export { flowLens, map };
