// Every screen a person can reach, with the way there from the start page. The accessibility
// check and the photographs go through the same list.
import { blank, button, flowLens, giveFile, map, node, nodes, starter } from './app.mjs';
import { HYBRID } from './hybrid.mjs';

const TWO_ZONES = /^Two zones/;

const build = (page) => starter(page, TWO_ZONES);

const choose = (kind) => async (page) => {
  await build(page);
  await nodes(page, kind).first().focus();
  await page.keyboard.press('Space');
  // Below 1280 px the inspector lies over the map, and opens when it is asked for.
  if (page.viewportSize().width < 1280) await page.keyboard.press('i');
  await page.getByRole('textbox', { name: 'Name', exact: true }).waitFor();
};

const dialog = (keys) => async (page) => {
  await build(page);
  await page.keyboard.press(keys);
  await page.getByRole('dialog').first().waitFor();
};

const flow = async (page) => {
  await build(page);
  await flowLens(page);
};

const dockTab = (name) => async (page) => {
  await flow(page);
  await page.getByRole('tab', { name, exact: true }).click();
};

export const SCREENS = [
  { name: 'home', reach: async () => {} },
  { name: 'blank', reach: (page) => blank(page) },
  { name: 'build', reach: build },
  { name: 'build-vpc', reach: choose('vpc'), wide: 900 },
  { name: 'build-subnet', reach: choose('subnet'), wide: 900 },
  { name: 'build-instance', reach: choose('instance'), wide: 900 },
  {
    name: 'outline',
    reach: async (page) => {
      await build(page);
      await page.keyboard.press('o');
      await page.getByRole('tree', { name: 'Outline' }).waitFor();
    },
    wide: 900,
  },
  {
    name: 'text',
    reach: async (page) => {
      await build(page);
      await page.keyboard.press('t');
      await page.getByRole('textbox', { name: 'Text of the document' }).waitFor();
    },
  },
  { name: 'commands', reach: dialog('Control+k') },
  { name: 'shortcuts', reach: dialog('?'), wide: 900 },
  { name: 'settings', reach: dialog('Control+,') },
  {
    name: 'settings-erase',
    reach: async (page) => {
      await dialog('Control+,')(page);
      await button(page, 'Erase everything…').click();
      await page.getByRole('group', { name: 'Erase everything on this device?' }).waitFor();
    },
  },
  {
    name: 'home-settings',
    reach: async (page) => {
      await button(page, 'Settings').click();
      await page.getByRole('dialog', { name: 'Settings' }).getByText('No documents').waitFor();
    },
  },
  {
    name: 'menu',
    reach: async (page) => {
      await build(page);
      await button(page, 'Menu').click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'palette',
    reach: async (page) => {
      await build(page);
      await page.keyboard.press('a');
      await page.getByRole('searchbox').waitFor();
    },
  },
  {
    name: 'find',
    reach: async (page) => {
      await build(page);
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: 'Find on the map' }).fill('10.0.0.10');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'selection',
    reach: async (page) => {
      await build(page);
      await nodes(page, 'instance').first().focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Control+Shift+A');
      await page.getByRole('toolbar', { name: 'Selection' }).waitFor();
    },
    wide: 900,
  },
  {
    name: 'context-menu',
    reach: async (page) => {
      await build(page);
      await nodes(page, 'subnet').first().focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menu').waitFor();
    },
  },
  {
    name: 'address-space',
    reach: async (page) => {
      await build(page);
      await nodes(page, 'vpc').first().focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: /^Address space/ }).click();
      await page.getByRole('dialog').getByRole('listbox').waitFor();
    },
  },
  {
    name: 'failed',
    reach: async (page) => {
      await choose('nat-gateway')(page);
      await page.getByRole('button', { name: /^Fail NAT gateway/ }).click();
      await page.getByRole('button', { name: /^Restore NAT gateway/ }).first().waitFor();
    },
    wide: 900,
  },
  {
    name: 'hybrid',
    reach: async (page) => {
      await giveFile(page, 'hybrid.hopscope.json', JSON.stringify(HYBRID));
      await map(page).waitFor();
      await node(page, 'cgw').focus();
      await page.keyboard.press('Space');
      if (page.viewportSize().width < 1280) await page.keyboard.press('i');
      await page.getByRole('tab', { name: 'Advertisements' }).click();
    },
    wide: 900,
  },
  {
    name: 'share',
    reach: async (page) => {
      await flow(page);
      await button(page, 'Share').click();
      await page.getByRole('textbox', { name: 'Link to this document' }).waitFor();
    },
  },
  {
    name: 'shared-copy',
    reach: async (page) => {
      await build(page);
      await button(page, 'Share').click();
      const link = await page.getByRole('textbox', { name: 'Link to this document' }).inputValue();
      await page.evaluate((link) => (location.hash = new URL(link).hash), link);
      await page.getByRole('note').filter({ hasText: 'Shared copy' }).waitFor();
    },
  },
  {
    name: 'link-cut-short',
    reach: async (page) => {
      await page.evaluate(() => (location.hash = 'v1=AAAA'));
      await page.getByRole('alert').filter({ hasText: 'cut short' }).waitFor();
    },
  },
  {
    name: 'export',
    reach: async (page) => {
      await flow(page);
      await button(page, 'Menu').click();
      await page.getByRole('menuitem', { name: 'Export', exact: true }).click();
      await page.getByRole('img', { name: 'Preview of the picture' }).waitFor();
    },
  },
  {
    name: 'print-sheet',
    reach: async (page) => {
      await flow(page);
      await button(page, 'Menu').click();
      await page.getByRole('menuitem', { name: 'Print sheet', exact: true }).click();
      await page.getByRole('dialog', { name: 'Print sheet' }).getByRole('img').first().waitFor();
    },
  },
  { name: 'flow', reach: flow },
  {
    name: 'flow-end',
    reach: async (page) => {
      await flow(page);
      await button(page, 'To the end').click();
    },
  },
  {
    name: 'flow-sequence',
    reach: async (page) => {
      await dockTab('Sequence')(page);
      await page.getByRole('list', { name: 'Messages, in order' }).waitFor();
    },
  },
  {
    name: 'setup-sequence',
    reach: async (page) => {
      await giveFile(page, 'hybrid.hopscope.json', JSON.stringify(HYBRID));
      await map(page).waitFor();
      await node(page, 'vpn').focus();
      await page.keyboard.press('Space');
      if (page.viewportSize().width < 1280) await page.keyboard.press('i');
      await button(page, 'Show set-up sequence').click();
      await page.getByText('Compare with PlantUML').click();
      await page.getByRole('textbox', { name: /^A PlantUML sequence diagram/ }).fill('You -> router : hello');
      await page.getByRole('list', { name: 'Compared' }).waitFor();
    },
    wide: 900,
  },
  { name: 'flow-packet', reach: dockTab('Packet'), wide: 900 },
  { name: 'flow-text', reach: dockTab('Text'), wide: 900 },
];
export { node };
