//! What a caller tells the desk.
use super::Voice;
use crate::dice::Dice;

/// The parts of a call.
pub(crate) struct Call;

impl Call {
    pub(crate) fn last_seen(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "At {lives}, by {carer}, {carer_is}.",
            "Leaving {school} at the end of the day, seen by a teacher.",
            "At {place}, by {friend}.",
            "At the front door of {lives}; {carer} heard the door.",
            "In {their} bedroom at the evening check by {carer}.",
            "On the bus towards {borough} town centre, by a neighbour.",
            "At the corner shop near {street}, by the shopkeeper, who recognised {them} from a photograph.",
            "Walking towards the station, by {carer}.",
        ])
    }

    pub(crate) fn circumstances(voice: &Voice, dice: &mut Dice) -> String {
        let what = voice.say(dice, &[
            "{name} left for {school} this morning and did not arrive. School rang {carer} at registration.",
            "{name} went out to meet {friend} and had planned to be home for the evening meal.",
            "{carer} looked in on {name} and the bed was empty. The back door was unlocked.",
            "{name} left {lives} after a phone call that seemed to worry {them}.",
            "{name} walked out after a disagreement about a phone. {carer} followed but lost sight of {them} at the corner.",
            "{name} was collected by a car that {carer} did not recognise, colour grey, registration not seen.",
            "{name} was due back at {lives} from family time and did not get off the train.",
            "{name} said {they} would be at {place} for an hour. Nobody there has seen {them} since the afternoon.",
            "{name} left the lesson before lunch and did not come back to {school}.",
            "{name} had a hard day: a court letter came for the family. {They} went out shortly after reading it.",
        ]);
        let worry = voice.say(dice, &[
            "{carer} is worried because {name} has been quiet for a week and has a second phone nobody gave {them}.",
            "{carer} is worried because it is late, {name}'s phone goes to voicemail and {they} always rings back.",
            "{carer} says this is not like {name} and something must have happened.",
            "{carer} is worried about people who have been waiting outside {lives} in a car.",
            "{carer} is worried because {name} left without a coat or {their} inhaler bag.",
            "{carer} does not know whom {name} is with and asks that {they} is looked for now.",
            "{carer} is worried that somebody older has been messaging {name} at night.",
            "{carer} is worried because {name} was upset and said the day felt like too much.",
        ]);
        format!("{what} {worry}")
    }

    pub(crate) fn already_tried(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "Rang {name} six times and sent messages; they are not read. Rang {friend}'s mother.",
                "Searched {lives}, the garden and {place}. Rang school.",
                "Drove round the streets near {street}. Asked at the station.",
                "Posted in the family group; an aunt and two cousins have not seen {name}.",
                "Checked {name}'s room: school bag, coat and charger are there.",
                "Rang the out-of-hours social worker and left a message.",
                "Rang {name}, {friend} and the youth club. The youth worker will ring round.",
            ],
        )
    }

    pub(crate) fn description(dice: &mut Dice) -> String {
        let build = dice.one(&[
            "Slim build",
            "Medium build",
            "Tall for the age",
            "Short, slight build",
            "Broad build",
        ]);
        let hair = dice.one(&[
            "short black hair",
            "long dark hair tied back",
            "braids to the shoulder",
            "light brown curly hair",
            "shaved sides, black on top",
            "shoulder-length auburn hair",
            "a black headscarf",
            "a short afro",
        ]);
        let top = dice.one(&[
            "black puffer jacket",
            "grey hooded top",
            "school blazer",
            "navy tracksuit top",
            "green parka",
        ]);
        let low =
            dice.one(&["blue jeans", "black joggers", "school trousers", "grey joggers", "black leggings"]);
        let shoes = dice.one(&["white trainers", "black trainers", "black school shoes", "grey trainers"]);
        format!("{build}, {hair}. {top}, {low}, {shoes}.", top = sentence(top))
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
