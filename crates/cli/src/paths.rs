//! Paths a command is given.
use std::path::Path;

use anyhow::bail;

/// Refuses to write over a file that is read, whichever way the two are spelt.
pub(crate) fn refuse_input<'p>(
    option: &str,
    output: &Path,
    inputs: impl IntoIterator<Item = &'p Path>,
) -> anyhow::Result<()> {
    // What is not there yet is read by nobody.
    let Ok(output) = output.canonicalize() else { return Ok(()) };
    for input in inputs {
        if input.canonicalize().is_ok_and(|input| input == output) {
            bail!("`{option}` names `{}`, which is read: name another file", input.display());
        }
    }
    Ok(())
}
