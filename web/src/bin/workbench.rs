//! The workbench.

fn main() {
    hopscope_web::workbench();
}
