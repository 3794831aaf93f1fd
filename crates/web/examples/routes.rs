//! Prints `docs/routes.md`: every route, its action, and who may use it.
fn main() {
    print!("{}", cf_web::routes_document());
}
