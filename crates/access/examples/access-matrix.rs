//! Prints `docs/access-matrix.md`.
fn main() -> Result<(), cf_access::GuardError> {
    print!("{}", cf_access::Guard::built_in()?.matrix());
    Ok(())
}
