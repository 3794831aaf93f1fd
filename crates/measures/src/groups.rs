//! Groups too small to show: in a small team a rate points at a person.

/// Which groups of these sizes are not shown: those smaller than `fewest`, and one more where a single hidden one could
/// be worked out from the total.
#[must_use]
pub fn too_small(sizes: &[i64], fewest: i64) -> Vec<bool> {
    let mut hidden: Vec<bool> = sizes.iter().map(|size| *size < fewest).collect();
    if hidden.iter().filter(|hidden| **hidden).count() == 1 {
        let next = (0..sizes.len()).filter(|at| !hidden[*at]).min_by_key(|at| sizes[*at]);
        if let Some(next) = next {
            hidden[next] = true;
        }
    }
    hidden
}
