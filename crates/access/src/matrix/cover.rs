//! Many cases said in few words: each saying leaves out what makes no difference.
use std::collections::BTreeSet;

/// Sayings that together are true of every case of `group` and of no other case of `all`, the shortest first.
///
/// A case is one word for each thing that can differ, in a fixed order; a saying is some of these words. Sayings may
/// overlap: "not restricted" and "theirs" both hold for what is theirs and not restricted.
pub(super) fn cover<'a>(all: &[Vec<&'a str>], group: &[Vec<&'a str>]) -> Vec<Vec<&'a str>> {
    let others: Vec<&Vec<&str>> = all.iter().filter(|case| !group.contains(case)).collect();
    let mut left: Vec<&Vec<&str>> = group.iter().collect();
    let sayings = sayings(group);
    let mut cover = Vec::new();
    while let Some(first) = left.first().copied() {
        // Fewest words first; of these the one that says most of what is left.
        let fits = sayings
            .iter()
            .filter(|saying| says(saying, first) && !others.iter().any(|case| says(saying, case)));
        let best = fits.min_by_key(|saying| {
            let said = left.iter().filter(|case| says(saying, case)).count();
            (words(saying).count(), usize::MAX - said)
        });
        // A whole case says itself, so there always is one.
        let Some(best) = best else { break };
        left.retain(|case| !says(best, case));
        cover.push(words(best).collect());
    }
    cover
}

type Saying<'a> = Vec<Option<&'a str>>;

fn words<'s, 'a>(saying: &'s Saying<'a>) -> impl Iterator<Item = &'a str> + 's {
    saying.iter().copied().flatten()
}

fn says(saying: &Saying<'_>, case: &[&str]) -> bool {
    saying.iter().zip(case).all(|(word, has)| word.is_none_or(|word| word == *has))
}

/// Every saying that is true of some case of the group.
fn sayings<'a>(group: &[Vec<&'a str>]) -> BTreeSet<Saying<'a>> {
    let mut sayings = BTreeSet::new();
    for case in group {
        for left_out in 0..1_usize << case.len() {
            let word = |(at, word): (usize, &&'a str)| (left_out >> at & 1 == 0).then_some(*word);
            sayings.insert(case.iter().enumerate().map(word).collect());
        }
    }
    sayings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_difference_is_not_said() {
        let mut all = Vec::new();
        for lock in ["locked", "open"] {
            for whose in ["nobody's", "theirs", "another's"] {
                for day in ["today", "later"] {
                    all.push(vec![lock, whose, day]);
                }
            }
        }
        let (yes, no): (Vec<_>, Vec<_>) =
            all.iter().cloned().partition(|case| case[0] == "open" || case[1] == "theirs");
        let said = |group: &[Vec<&'static str>]| -> Vec<String> {
            cover(&all, group).iter().map(|words| words.join(" ")).collect()
        };
        assert_eq!(said(&yes), ["theirs", "open"]);
        assert_eq!(said(&no), ["locked nobody's", "locked another's"]);
        assert_eq!(said(&all), [""]);
    }
}
