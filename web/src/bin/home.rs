//! The start page.

fn main() {
    hopscope_web::start_page();
}
