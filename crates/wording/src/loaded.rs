//! Everything a checker needs, as one structure.
use crate::finding::Category;
use crate::learned::{Block, Kinds, Model};
use crate::rules::{self, BUILT_IN, Ready, Rule, RuleError, Source};

/// The built-in rules as `build.rs` made them ready.
const SHIPPED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.ready"));

pub(crate) struct Loaded {
    pub(crate) rules: Vec<Rule>,
    pub(crate) ready: Ready,
    pub(crate) model: Model,
    /// For each category, the rule that speaks for the learned layer; none when it has been silenced.
    pub(crate) learned: [Option<u16>; 12],
    pub(crate) version: String,
    /// Rules that came from a force's file and must pass their examples on load.
    pub(crate) own: Vec<u16>,
}

/// The built-in rules with a force's own over them, and weights for the learned layer.
pub(crate) fn load(own: &[Source<'_>], weights: Block) -> Result<Loaded, RuleError> {
    let together = rules::together(&BUILT_IN, own)?;
    let shipped = own.is_empty() && weights.is_shipped();
    // What was made ready for other rules, or cannot be read, is made again.
    let ready = match shipped.then(|| Ready::read(SHIPPED).ok()).flatten() {
        Some(ready) => ready,
        None => Ready::new(&together, weights.lists().0.map(|(word, _)| word).chain(Kinds::read().words()))?,
    };
    let rules::Together { rules, origin, version } = together;
    let ids: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    let model = Model::new(weights, &ready.lexicon, &ids, &ready.patterns);
    let learned =
        Category::ALL.map(|c| rules.iter().position(|r| r.learned && r.category == c).map(|i| i as u16));
    let own = origin.iter().enumerate().filter(|(_, o)| o.1).map(|(i, _)| i as u16).collect();
    Ok(Loaded { rules, ready, model, learned, version, own })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_rules_made_ready_by_the_build_are_those_a_program_would_make_ready() {
        let weights = Block::shipped();
        let known: Vec<&str> = weights.lists().0.map(|(word, _)| word).chain(Kinds::read().words()).collect();
        let together = rules::together(&BUILT_IN, &[]).unwrap();
        let made = Ready::new(&together, known.into_iter()).unwrap();
        assert!(made.written().unwrap() == SHIPPED);
        assert!(Ready::read(SHIPPED).unwrap().written().unwrap() == SHIPPED);
    }
}
