//! How much of a drawing is worth showing at a zoom: far containers fold into one tinted box with
//! a count. Knows nothing of screens but their zoom.

use hopscope_aws::Id;
use hopscope_layout::Rect;

use super::BoxRole;

/// Drawings of no more components than this are drawn whole at every zoom.
const SMALL: usize = 160;
/// Below this zoom the cards of a container are too small to be read.
const CARDS_FROM: f32 = 0.42;
/// Below this zoom the subnets of a VPC are.
const BOXES_FROM: f32 = 0.17;

/// How much is shown: a function of the zoom and of how much there is, so that panning changes
/// nothing. Two zooms of the same detail draw the same shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Detail {
    /// VPCs are one box each. The step is that of the text.
    Vpcs(i8),
    /// Subnets are one box each. The step is that of the text.
    Subnets(i8),
    /// Everything.
    Cards,
}

impl Detail {
    /// What a drawing of so many components shows at a zoom (pixels for each unit).
    #[must_use]
    pub fn at(zoom: f32, count: usize) -> Self {
        if count <= SMALL || zoom >= CARDS_FROM {
            return Self::Cards;
        }
        // Half powers of two, so that text grows by at most two fifths before it is set anew.
        #[allow(clippy::cast_possible_truncation, reason = "between -20 and 2")]
        let step = (zoom.max(0.001).log2() * 2.0).floor() as i8;
        if zoom < BOXES_FROM { Self::Vpcs(step) } else { Self::Subnets(step) }
    }

    /// Units for each pixel of text on folded boxes.
    #[must_use]
    pub fn text(self) -> f32 {
        match self {
            Self::Vpcs(step) | Self::Subnets(step) => (-f32::from(step) / 2.0).exp2(),
            Self::Cards => 1.0,
        }
    }

    /// Whether a container is one box: `boxes` says that it contains containers.
    #[must_use]
    pub fn folds(self, boxes: bool, role: BoxRole) -> bool {
        match self {
            Self::Cards => false,
            _ if role == BoxRole::Region => false,
            Self::Subnets(_) => !boxes,
            Self::Vpcs(_) => true,
        }
    }
}

/// A container seen from afar: one tinted box with its name and what is inside.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldShape {
    /// Component.
    pub id: Id,
    /// Its kind slug, also the name of its icon.
    pub kind: &'static str,
    /// What it stands for.
    pub role: BoxRole,
    /// Where.
    pub rect: Rect,
    /// Units for each pixel of text.
    pub text: f32,
    /// The name as it fits; empty where nothing does.
    pub label: String,
    /// How many components are inside, as it fits.
    pub count: String,
    /// How many problems are inside; none where there are none.
    pub problems: Option<String>,
    /// What a screen reader says.
    pub name: String,
}
