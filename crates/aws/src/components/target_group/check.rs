//! What is wrong or worth telling while drawing. Moves no packet.

use crate::validate::Check;

pub(super) fn check(_: &mut Check<'_>) {}
