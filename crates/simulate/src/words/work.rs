//! What the desk writes while it looks for a child.
use cf_casework::missing::{ActionKind, System};

use super::Voice;
use crate::dice::Dice;

/// Entries made while a child is missing.
pub(crate) struct Work;

impl Work {
    pub(crate) fn found_in(system: System, voice: &Voice, dice: &mut Dice) -> String {
        match system {
            System::Records => voice.say(dice, &[
                "Two earlier reports with {name} as a witness; address and carer agree with what the caller says.",
                "{name} is named as the victim of a robbery last winter near {place}. Suspect not identified.",
                "An open investigation names {name} as a child others may be exploiting. Investigator told.",
            ]),
            System::EarlierReports => voice.say(dice, &[
                "Missing before. Found then at {place} with {friend}. Each time counts as a sign of harm.",
                "Missing before, back by morning; said then that somebody had asked {them} to hold a package.",
                "Missing before, found near {street}. Address to be visited first.",
            ]),
            System::Pnc => "Name and date of birth agree. No markers beyond vulnerability.".to_owned(),
            System::Pnd => voice.say(dice, &["A neighbouring force holds a report of {name} found at a coach station in the spring."]),
            System::Intelligence => voice.say(dice, &[
                "Intelligence on an adult at {street} who offers children vapes and lifts. Address to be visited.",
                "A vehicle seen outside {school} at home time is linked to an adult of concern.",
                "Children from two schools meet adults at {place}. Patrol asked to attend.",
            ]),
            System::Custody => voice.say(dice, &["{name} was in a custody suite as a child in March; appropriate adult was {carer}."]),
            System::Hospitals => voice.say(dice, &["Seen at the emergency department last month; social care was told by the hospital."]),
            System::SocialCare => voice.say(dice, &[
                "Social worker knows {name} well: trusts the youth worker, is afraid of one adult near {place}.",
                "Strategy meeting held last week. Plan asks for an immediate visit to {street}.",
                "Social worker says {name} wants to see {their} brother and has asked twice.",
            ]),
            System::Family => voice.say(dice, &[
                "{friend} had a message from {name} two hours ago: on a bus, no place given.",
                "Grandmother says {name} sometimes comes to her when home feels loud. She will ring if {they} does.",
            ]),
            System::Other => voice.say(dice, &["Travel card last used at the station near {place}."]),
        }
    }

    pub(crate) fn action(kind: ActionKind, voice: &Voice, dice: &mut Dice) -> String {
        match kind {
            ActionKind::Enquiry => voice.say(dice, &[
                "Officers visited {street}. An adult answered; {name} is not there. House looked through with consent.",
                "Visited {place}. Staff have not seen {name} today and will ring if {they} comes.",
                "Spoke with {friend} and a parent. {friend} last heard from {name} in the afternoon.",
                "Went to {lives}: room looked at with {carer}. A train ticket and a second charger found.",
                "Youth club visited. The youth worker gave three names of children {name} trusts.",
                "Hotel near the station asked; no booking, night manager shown the photograph.",
                "School asked which pupils were missing from lessons today. Two names followed up.",
                "Spoke with the bus company control room; drivers on the route have the description.",
                "Asked at the coffee shop and the chicken shop by {place}; till staff saw {name} at about six.",
                "Second visit to {street}. Lights on, no answer; neighbour will ring if anybody comes.",
            ]),
            ActionKind::FamilyContact => voice.say(dice, &[
                "Rang {carer}. No news. Told what has been done and what is next; will ring again in two hours.",
                "{carer} rang: a message from {name} saying {they} is cold and will ring later. Number passed to the data team.",
                "Rang {carer}; agreed to keep the front door light on and the phone free.",
                "{carer} sent a newer photograph and the name of a cousin in {borough}.",
                "Rang {carer}, who has slept little. Named officer given, and the number of a support line.",
            ]),
            ActionKind::ChildContact => voice.say(dice, &[
                "Sent {name} a message: we are not angry, we want to know you are safe, ring any time.",
                "Left a voicemail for {name} in a friendly tone with a number that is answered all night.",
                "{name} read the message but has not answered. Sent a second with the youth worker's name.",
                "Short call from {name}: said {they} was all right but not where. Sounded frightened. Call lasted a minute.",
            ]),
            ActionKind::Partner => voice.say(dice, &[
                "Social care out of hours told. They hold the same addresses and will ring the grandmother.",
                "British Transport Police asked to look at the stations between {borough} and the centre.",
                "Rang the home manager; staff are looking at {place} and the bus station.",
                "Hospitals and ambulance control asked again: nobody of this description.",
                "Neighbouring force asked to visit the address of an aunt. Visit agreed within the hour.",
                "Rescue and support service asked whether their worker can message {name}. They will.",
            ]),
            ActionKind::Data => voice.say(dice, &[
                "Phone data asked for, with the reason and the grade. Result expected within the hour.",
                "Phone last used a mast near {place}. Patrol sent.",
                "Travel card used at the station at 18:42, platform camera footage asked for.",
                "Bank card not used since yesterday. Alert set.",
                "An online account of {name} was active twenty minutes ago. Platform asked for preservation.",
                "Phone is off. Last mast covers {street}; officers told.",
            ]),
            ActionKind::Search => voice.say(dice, &[
                "Area round {place} searched by two units. Not found. Next: the canal path.",
                "Search of {lives} and outbuildings done with {carer}. Nothing found.",
                "Open search of the park near {street} with torches; nobody there.",
                "Search adviser consulted by phone; three places ranked.",
            ]),
            ActionKind::Publicity => voice.say(dice, &[
                "Publicity considered with {carer} and the supervisor: not now, it could show {name} to the adults of concern.",
                "Photograph shared with transport staff and shops only, by agreement with {carer}.",
            ]),
            ActionKind::Correction | ActionKind::Note => voice.say(dice, &[
                "Plan for the next two hours agreed with the supervisor: {street}, then {place}, then the grandmother.",
                "Hypotheses read again: with {friend}; with an adult of concern; on the way to family. None is ruled out.",
                "Looked at the footage so far. {name} is alone at 17:58 and with one older person at 18:11.",
            ]),
        }
    }

    pub(crate) fn rationale(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "I follow the recommendation. {name} is a child, nobody knows where {they} is, and there are signs that an adult may be with {them}.",
            "Harm is likely because of the time, the weather and what {carer} says about the last week.",
            "I have read the earlier reports. Going missing again is a sign of harm, and what is unknown here is no comfort.",
            "The grade reflects {name}'s age, the phone being off and the message {they} sent before it was.",
            "What social care and {carer} say agrees. Risk comes from the people who may be with {name}, not from {name}.",
            "{name} has no money, medicine or coat. Each hour adds to the risk.",
            "There is reason enough to worry: a car that nobody recognises, and a child who was afraid this week.",
            "No single sign decides it. Together they show that harm is likely if {name} is not found soon.",
        ])
    }

    pub(crate) fn hypothesis(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "With {friend} near {place}; or made to travel by somebody else; or on the way to family in another borough.",
            "{name} may have gone to see {their} brother. This does not lower the grade.",
            "Somebody older may have arranged to meet {name}. The address at {street} comes first.",
            "{name} may be staying away because of something at home. {carer} is asked with care.",
            "Made to carry something for somebody. Coach and rail stations come first.",
            "Upset and alone, perhaps at a place that feels safe to {them}.",
        ])
    }

    pub(crate) fn reason_below(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "A relative saw {name} twenty minutes ago at {place} with {friend}; officers are on their way to confirm.",
            "The caller corrected the time last seen: one hour ago, not six. {friend}'s mother says both are walking home.",
            "{name} rang {carer} from a known number while I took the report and gave a place; a unit is going there.",
            "The concern recorded last year was looked into and ended; the social worker confirms it this evening.",
        ])
    }

    pub(crate) fn review(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "Read the report, the checks and the plan. The grade is right. Next: visit {street} and ring {carer} at the top of the hour.",
            "I agree with the grade. Phone data is the best lead; resources for {place} agreed with the duty officer.",
            "The grade stands. Good early work. I want the earlier places visited before midnight.",
            "Agreed. The hypothesis that somebody older is involved is to be worked first, not last.",
            "Grade and plan stand. {carer} is to hear from us every two hours, also when there is no news.",
            "I have spoken with the operator. Grade right, tasks in order, next look before the end of the shift.",
        ])
    }

    pub(crate) fn more_to_do(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "The grade stands but the address at {street} has not been visited. To be done within the hour.",
            "Earlier reports name two more places. Neither is in the plan. Add them and record the result.",
            "Social care out of hours has not been rung. Please do it now and write what they say.",
        ])
    }

    pub(crate) fn regrade(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "The reason given does not outweigh what the rules found. Please grade again on all that is known.",
            "{name}'s earlier reports show harm each time. Grade again with that in view.",
            "The sighting was not confirmed. Without it the grade is too low; please look at it again.",
        ])
    }

    pub(crate) fn senior_agrees(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "I have looked at the grade below the recommendation. The reason holds while the unit is on its way; back to me in an hour if {name} is not seen.",
            "Reason accepted: two people place {name} near {place} within the hour. Grade again if that changes.",
        ])
    }

    pub(crate) fn briefing(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "Done: {lives}, {place}, phone data asked for. Not done: {street}, because no unit was free. {carer} is to be rung on the hour. {name} has said {they} wants the youth worker, not a uniform.",
            "Done: family, school, hospitals. Open: footage from the station, due within the hour. {carer} knows the name of the next operator. {name} wants to be asked, not told.",
            "Grade as recorded, looked at by the supervisor. Open points are in the tasks. Best lead is the address at {street}. {name}'s wish from last time: ring the social worker first.",
            "Nothing new since the last review. Next: second visit to {street}, then the cousin. {carer} would rather have messages than calls at night.",
        ])
    }

    pub(crate) fn task(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "Visit {street} and speak with whoever lives there.",
                "Get the platform footage from the station for the last three hours.",
                "Ring {friend}'s parents and ask who else was there.",
                "Ask {school} for the attendance of {name}'s group today.",
                "Follow up the phone data request.",
                "Ring the social worker and ask for addresses and people {name} trusts.",
                "Ask the bus company about the route past {place}.",
                "Send {name} a message with the youth worker.",
                "Look through earlier reports for places where {name} was found.",
            ],
        )
    }

    pub(crate) fn outcome(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "Done. Nobody there has seen {name} since yesterday; they will ring.",
                "Done. Footage shows {name} getting on the train towards the centre at 18:20.",
                "Done. Two new names, both passed to the operator.",
                "Done. Attendance given; {friend} was away as well.",
                "Done. Last mast near {place}.",
                "Done. Social worker gave two addresses; both added to the plan.",
                "Done. No sighting so far; drivers have the description.",
            ],
        )
    }

    pub(crate) fn withdrawn(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "{name} is back; no longer needed for the search.",
                "Overtaken: {name} was found before this could be done.",
            ],
        )
    }
}
