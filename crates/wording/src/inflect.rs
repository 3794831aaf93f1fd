//! The forms of an English word: `refuse` gives refuse, refuses, refused, refusing.
//!
//! Written out once, when rules load. A form too many costs nothing, so both spellings are made where English is unsure,
//! and the commonest slip (`refuseing`) is made as well.

const IRREGULAR: &[&[&str]] = &[
    &["be", "is", "are", "was", "were", "been", "being", "am"],
    &["go", "goes", "went", "gone", "going"],
    &["do", "does", "did", "done", "doing"],
    &["have", "has", "had", "having"],
    &["put", "puts", "putting", "puting"],
    &["choose", "chooses", "chose", "chosen", "choosing", "chooseing", "choses"],
    &["get", "gets", "got", "gotten", "getting", "geting"],
    &["make", "makes", "made", "making", "makeing"],
    &["take", "takes", "took", "taken", "taking", "takeing"],
    &["run", "runs", "ran", "running", "runing"],
    &["keep", "keeps", "kept", "keeping"],
    &["come", "comes", "came", "coming"],
    &["leave", "leaves", "left", "leaving"],
    &["know", "knows", "knew", "known", "knowing"],
    &["think", "thinks", "thought", "thinking"],
    &["say", "says", "said", "saying"],
    &["tell", "tells", "told", "telling"],
    &["give", "gives", "gave", "given", "giving"],
    &["see", "sees", "saw", "seen", "seeing"],
    &["meet", "meets", "met", "meeting"],
    &["let", "lets", "letting"],
    &["bring", "brings", "brought", "bringing"],
    &["sell", "sells", "sold", "selling"],
    &["seek", "seeks", "sought", "seeking"],
    &["lie", "lies", "lied", "lying", "lieing"],
    &["fall", "falls", "fell", "fallen", "falling"],
    &["find", "finds", "found", "finding"],
    &["lose", "loses", "lost", "losing", "loosing"],
    &["sleep", "sleeps", "slept", "sleeping"],
    &["steal", "steals", "stole", "stolen", "stealing"],
    &["wear", "wears", "wore", "worn", "wearing"],
    &["drink", "drinks", "drank", "drunk", "drinking"],
    &["throw", "throws", "threw", "thrown", "throwing"],
    &["speak", "speaks", "spoke", "spoken", "speaking"],
    &["hang", "hangs", "hung", "hanging", "hanged"],
    &["spend", "spends", "spent", "spending"],
    &["stick", "sticks", "stuck", "sticking"],
    &["hide", "hides", "hid", "hidden", "hiding"],
    &["break", "breaks", "broke", "broken", "breaking"],
    &["hold", "holds", "held", "holding"],
    &["lead", "leads", "led", "leading"],
    &["feel", "feels", "felt", "feeling"],
    &["buy", "buys", "bought", "buying"],
    &["become", "becomes", "became", "becoming"],
    &["write", "writes", "wrote", "written", "writing"],
    &["understand", "understands", "understood", "understanding"],
    &["stand", "stands", "stood", "standing"],
    &["send", "sends", "sent", "sending"],
    &["build", "builds", "built", "building"],
    &["deal", "deals", "dealt", "dealing"],
    &["mean", "means", "meant", "meaning"],
    &["set", "sets", "setting"],
    &["shut", "shuts", "shutting"],
    &["cost", "costs", "costing"],
    &["hit", "hits", "hitting"],
    &["catch", "catches", "caught", "catching"],
    &["fight", "fights", "fought", "fighting"],
    &["sit", "sits", "sat", "sitting"],
    &["win", "wins", "won", "winning"],
    &["draw", "draws", "drew", "drawn", "drawing"],
    &["grow", "grows", "grew", "grown", "growing"],
    &["show", "shows", "showed", "shown", "showing"],
    &["drive", "drives", "drove", "driven", "driving"],
    &["mislead", "misleads", "misled", "misleading"],
    &["dress", "dresses", "dressed", "dressing"],
    &["begin", "begins", "began", "begun", "beginning"],
    &["pay", "pays", "paid", "paying"],
    &["lay", "lays", "laid", "laying"],
    &["spin", "spins", "spun", "spinning"],
    &["swear", "swears", "swore", "sworn", "swearing"],
    &["creep", "creeps", "crept", "creeping"],
    &["slip", "slips", "slipped", "slipping"],
    &["bend", "bends", "bent", "bending"],
    &["forget", "forgets", "forgot", "forgotten", "forgetting"],
    &["withhold", "withholds", "withheld", "withholding"],
    &["fling", "flings", "flung", "flinging"],
    &["invite", "invites", "invited", "inviting"],
    &["bear", "bears", "bore", "borne", "bearing"],
    &["sneak", "sneaks", "sneaked", "snuck", "sneaking"],
    &["cut", "cuts", "cutting"],
    &["quit", "quits", "quitting"],
    &["tire", "tires", "tired", "tiring"],
    &["overreact", "overreacts", "overreacted", "overreacting"],
    &["man", "men"],
    &["woman", "women"],
    &["child", "children"],
    &["person", "persons", "people"],
    &["life", "lives"],
];

/// Every form of `base`, itself first.
pub(crate) fn forms(base: &str) -> Vec<String> {
    if let Some(list) = IRREGULAR.iter().find(|list| list[0] == base) {
        return list.iter().map(|s| (*s).to_owned()).collect();
    }
    let mut out = vec![base.to_owned()];
    let b = base.as_bytes();
    let last = b.last().copied().unwrap_or(0);
    let vowel = |c: u8| matches!(c, b'a' | b'e' | b'i' | b'o' | b'u');
    let before = b.len().checked_sub(2).map_or(0, |i| b[i]);
    let third = b.len().checked_sub(3).map_or(0, |i| b[i]);
    if last == b'y' && !vowel(before) {
        let stem = &base[..base.len() - 1];
        out.extend([format!("{stem}ies"), format!("{stem}ied"), format!("{base}ing")]);
        return out;
    }
    let hiss = base.ends_with("sh") || base.ends_with("ch") || matches!(last, b's' | b'x' | b'z' | b'o');
    out.push(if hiss { format!("{base}es") } else { format!("{base}s") });
    if last == b'o' {
        out.push(format!("{base}s"));
    }
    if last == b'e' {
        let stem = &base[..base.len() - 1];
        out.extend([format!("{base}d"), format!("{stem}ing"), format!("{base}ing")]);
        return out;
    }
    out.extend([format!("{base}ed"), format!("{base}ing")]);
    let doubles = !vowel(last) && vowel(before) && !vowel(third) && !matches!(last, b'w' | b'x' | b'y');
    if doubles {
        let c = last as char;
        out.extend([format!("{base}{c}ed"), format!("{base}{c}ing")]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regular_and_irregular_forms() {
        assert_eq!(forms("refuse"), ["refuse", "refuses", "refused", "refusing", "refuseing"]);
        assert!(forms("stop").contains(&"stopping".to_owned()));
        assert!(forms("deny").contains(&"denied".to_owned()));
        assert!(forms("choose").contains(&"chose".to_owned()));
        assert!(forms("miss").contains(&"misses".to_owned()));
    }
}
