//! What is kept on a child's record across incidents.
use cf_casework::child::{ContactKind, WarningKind};

use super::Voice;
use crate::dice::Dice;
use crate::places;

/// Registrations no vehicle has: the letters I, Q and Z are not issued in these places.
/// SOURCE: DVLA's format since 2001 leaves out I and Q in the first two places and in the last three.
const VEHICLES: [&str; 6] = ["QI12 QIQ", "IQ63 QQI", "QQ19 IQI", "II70 QIQ", "QI21 IIQ", "IQ08 QQQ"];
/// Invented.
const ADULTS: [&str; 6] =
    ["Marlo Quist", "Ray Ferrisby", "Dane Oldwick", "Tess Varrow", "Col Harbury", "Jude Sorrel"];

/// Entries on a child's record.
pub(crate) struct Keeping;

impl Keeping {
    pub(crate) fn contact(kind: ContactKind, voice: &Voice, dice: &mut Dice) -> (String, String) {
        match kind {
            ContactKind::Phone => (
                places::phone(dice),
                voice.say(dice, &["Second phone of {name}, from {carer}.", "{friend}'s number."]),
            ),
            ContactKind::Address => (
                voice.fill("{street}"),
                voice.say(
                    dice,
                    &[
                        "A flat where {name} was found.",
                        "Grandmother's address.",
                        "Address of an adult of concern: two officers.",
                    ],
                ),
            ),
            ContactKind::Person => (
                voice.say(dice, &["{friend}", "Youth worker at the club near {place}"]),
                voice.say(dice, &["{name} trusts them.", "Often with {name} after school."]),
            ),
            ContactKind::Place => (
                voice.fill("{place}"),
                voice.say(dice, &["{name} was found here before.", "Where {name} goes when upset."]),
            ),
            // Few enough that several children's records hold the same one.
            ContactKind::Vehicle => (
                dice.one(&VEHICLES).to_string(),
                voice.say(
                    dice,
                    &[
                        "Grey van, seen where {name} was collected.",
                        "Small dark car near {place}; {friend} gave the plate.",
                    ],
                ),
            ),
            ContactKind::Suspect => (
                dice.one(&ADULTS).to_string(),
                voice.say(
                    dice,
                    &[
                        "{friend} says this adult gives lifts and phones.",
                        "Named by {carer}; intelligence report submitted.",
                    ],
                ),
            ),
            ContactKind::Online => (
                format!("@{}{}", dice.one(&["sky", "north", "luna", "river"]), dice.between(100, 999)),
                "Account shown by the child; handle with care.".to_owned(),
            ),
        }
    }

    pub(crate) fn warning(kind: WarningKind, voice: &Voice, dice: &mut Dice) -> String {
        match kind {
            WarningKind::Health => voice.say(dice, &["{name} needs an inhaler or other medicine within hours; ask {carer} which.", "{name} has epilepsy; medicine twice a day."]),
            WarningKind::SelfHarm => voice.say(dice, &["Self-harm when upset. Ask directly and kindly; crisis team number is with {carer}."]),
            WarningKind::Exploitation => voice.say(dice, &["Adults exploit {name}. Look for who is with {them}, keep the phone, tell the exploitation team at once."]),
            WarningKind::Person => voice.say(dice, &["An adult relative may not know where {name} lives. Check before telling anybody the address."]),
            WarningKind::Other => voice.say(dice, &["{name} is afraid of dogs and of shouting. One calm person speaks."]),
        }
    }

    pub(crate) fn trigger_plan(voice: &Voice) -> Vec<String> {
        [
            "Send a unit to {street} at once; two officers.",
            "Ring {carer}, then the social worker, day or night.",
            "Ask for phone data within fifteen minutes; the reason is on file.",
            "Tell the exploitation team's on-call officer.",
            "Send {name} the agreed message from the youth worker.",
            "No publicity without the inspector: it could show {name} to those who exploit {them}.",
        ]
        .into_iter()
        .map(|template| voice.fill(template))
        .collect()
    }

    pub(crate) fn about(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "{name} is funny, loves football and draws. Gets cold easily. What calms: music, time, a walk. Avoid: being touched without asking, several people speaking.",
            "{name} likes cooking and looks after younger children. What calms: {their} own room, a call with {their} brother. Avoid: uniforms at the door late at night.",
            "{name} is a careful reader and asks good questions. What calms: being told what happens next. Avoid: raised voices.",
        ])
    }

    pub(crate) fn risky_places(voice: &Voice) -> String {
        voice.fill("{place}: found there before, adults of concern nearby. {street}: a flat used by adults, high risk. Grandmother's: safe, ring first.")
    }

    pub(crate) fn trusted_adult(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "The youth worker near {place}; answers messages at night.",
                "A teacher at {school}.",
                "An aunt in the next borough.",
                "{carer}.",
            ],
        )
    }

    pub(crate) fn restricted(voice: &Voice) -> String {
        voice.fill("An adult who may harm {name} works for a partner agency with access to records. Only supervisors and inspectors until that is settled.")
    }

    pub(crate) fn learned(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "A grey car waits near {school} at home time. Passed to the exploitation team.",
                "{name} tells more when asked by one person, outdoors.",
                "{place} is where somebody offers children lifts.",
            ],
        )
    }
}
