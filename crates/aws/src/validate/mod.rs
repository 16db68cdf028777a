//! Diagnostics while drawing: what AWS would refuse (`V_*`) and what is worth telling (`I_*`).
//!
//! Each family of rules has a file; all of them read the document and the lowered network, and
//! change neither.

use hopscope_forward::ReasonSpec;

use crate::diagnostic::Diagnostic;
use crate::document::Document;
use crate::network::Network;

/// Every reason validation can raise.
pub static REASONS: &[&ReasonSpec] = &[];

/// Everything wrong or worth telling about a drawing, in the document's order.
pub(crate) fn validate(_document: &Document, _network: &Network) -> Vec<Diagnostic> {
    Vec::new()
}
