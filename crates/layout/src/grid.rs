//! The inside of a VPC: a column for each zone, a row for each tier.

use hopscope_aws::Id;

use crate::model::Band;
use crate::nested::{BOX_GAP, PAD};
use crate::tree::{Item, Tree};
use crate::{Point, Rect, Tier};

/// Space between a zone's edge and its subnets.
const BAND_PAD: f32 = 12.0;
/// Height of the strip that holds a zone's name.
const BAND_TITLE: f32 = 28.0;
/// Space between zone columns.
const BAND_GAP: f32 = 32.0;
/// Space between subnets that stand side by side in one zone.
const SIDE_GAP: f32 = 24.0;
/// More subnets of one tier and zone than this stand side by side.
const TALLEST: usize = 3;
/// Width of a column without subnets.
const EMPTY: f32 = 120.0;

struct Column {
    zone: Option<Id>,
    subnets: Vec<(Tier, usize)>,
    /// Width of one subnet.
    width: f32,
    /// How many subnets stand side by side.
    abreast: usize,
    x: f32,
}

impl Column {
    fn new(zone: Option<Id>) -> Self {
        Self { zone, subnets: Vec::new(), width: EMPTY, abreast: 1, x: 0.0 }
    }

    fn span(&self) -> f32 {
        self.abreast as f32 * (self.width + SIDE_GAP) - SIDE_GAP
    }
}

/// Places the subnets of a VPC that were not placed by hand. Returns the zone columns, relative
/// to the VPC, and the top of what may follow below.
pub(crate) fn zone_grid(tree: &mut Tree, vpc: usize, subnets: &[usize], pinned: &[Rect]) -> (Vec<Band>, f32) {
    let Some(item) = tree.items.get(vpc) else { return (Vec::new(), 0.0) };
    let top = item.header;
    let mut columns = columns(tree, item, subnets);
    if columns.is_empty() {
        return (Vec::new(), top);
    }
    let mut x = PAD + BAND_PAD;
    for column in &mut columns {
        column.x = x;
        x += column.span() + 2.0 * BAND_PAD + BAND_GAP;
    }
    let band_top = top;
    let mut y = band_top + BAND_TITLE;
    let mut last = y + BAND_PAD;
    for tier in [Tier::Public, Tier::Private, Tier::Isolated] {
        let automatic = |column: &Column| -> Vec<usize> {
            let free = |index: &usize| tree.items.get(*index).is_some_and(|item| item.frame.is_none());
            column.subnets.iter().filter(|(own, _)| *own == tier).map(|(_, i)| *i).filter(free).collect()
        };
        let stacks: Vec<Vec<usize>> = columns.iter().map(automatic).collect();
        let deep = |(stack, column): (&Vec<usize>, &Column)| stack.len().div_ceil(column.abreast);
        let rows = stacks.iter().zip(&columns).map(deep).max().unwrap_or(0);
        for row in 0..rows {
            let cells: Vec<(usize, f32, f32)> = stacks
                .iter()
                .zip(&columns)
                .flat_map(|(stack, column)| {
                    let row = stack.iter().skip(row * column.abreast).take(column.abreast).enumerate();
                    row.map(|(n, index)| {
                        (*index, column.x + n as f32 * (column.width + SIDE_GAP), column.width)
                    })
                })
                .collect();
            let height = cells
                .iter()
                .filter_map(|(index, ..)| tree.items.get(*index))
                .map(|item| item.size.1)
                .fold(0.0, f32::max);
            // Below whatever stands in the way by hand; each round passes at least one of them.
            for _ in 0..=pinned.len().min(400) {
                let hit = pinned.iter().find(|rect| {
                    cells
                        .iter()
                        .any(|(_, x, width)| rect.grown(15.5).overlaps(&Rect::new(*x, y, *width, height)))
                });
                let Some(hit) = hit else { break };
                y = hit.bottom() + 16.0;
            }
            for (index, x, width) in cells {
                tree.place(index, Point::new(x, y), (width, height));
            }
            last = y + height;
            y = last + BOX_GAP;
        }
    }
    let bottom = last.max(band_top + BAND_TITLE + 64.0) + BAND_PAD;
    let bands = columns
        .into_iter()
        .map(|column| Band {
            vpc: Id::from(""),
            zone: column.zone.clone(),
            rect: Rect::new(column.x - BAND_PAD, band_top, column.span() + 2.0 * BAND_PAD, bottom - band_top),
        })
        .collect();
    (bands, bottom + BOX_GAP)
}

/// The zones to draw in a VPC: those of its subnets, and those that nothing uses yet.
fn columns(tree: &Tree, vpc: &Item, subnets: &[usize]) -> Vec<Column> {
    let zoned: Vec<(usize, &Item)> =
        subnets.iter().filter_map(|index| Some((*index, tree.items.get(*index)?))).collect();
    let mut columns: Vec<Column> = vpc
        .zones
        .iter()
        .filter(|(zone, idle)| *idle || zoned.iter().any(|(_, item)| item.place.1.as_ref() == Some(zone)))
        .map(|(zone, _)| Column::new(Some(zone.clone())))
        .collect();
    for (index, item) in zoned {
        let (tier, zone) = &item.place;
        let place = columns.iter().position(|column| column.zone == *zone);
        let place = place.unwrap_or_else(|| {
            columns.push(Column::new(zone.clone()));
            columns.len() - 1
        });
        let Some(column) = columns.get_mut(place) else { continue };
        column.width = column.width.max(item.size.0);
        column.subnets.push((*tier, index));
    }
    for column in &mut columns {
        let count = |tier: Tier| column.subnets.iter().filter(|(own, _)| *own == tier).count();
        let most = [Tier::Public, Tier::Private, Tier::Isolated].into_iter().map(count).max().unwrap_or(0);
        // Roughly as wide as tall: three high, two abreast for four to six, and so on.
        column.abreast = most.div_ceil(TALLEST).min((most as f32).sqrt().ceil() as usize).max(1);
    }
    columns
}
