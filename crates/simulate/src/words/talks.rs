//! What is written when a child is back: the return, the two talks, and the closing words.
use cf_casework::missing::{Harm, HowReturned, InterviewAnswer};

use super::Voice;
use crate::dice::Dice;

/// Entries after a return.
pub(crate) struct Talk;

impl Talk {
    pub(crate) fn by_whom(how: HowReturned, voice: &Voice, dice: &mut Dice) -> String {
        match how {
            HowReturned::ReturnedSelf => voice.say(
                dice,
                &[
                    "{name} came to the door of {lives}; {carer} let {them} in.",
                    "{name} walked in and went to {their} room. {carer} rang us.",
                ],
            ),
            HowReturned::FoundPolice => voice.say(
                dice,
                &[
                    "Response officers recognised {name} from the photograph.",
                    "Officers sent after the phone data came in.",
                    "Transport officers on the platform.",
                ],
            ),
            HowReturned::FoundCarer => voice.say(
                dice,
                &["{carer} found {name} and walked home with {them}.", "An uncle met {name} on the way."],
            ),
            HowReturned::FoundAgency => voice
                .say(dice, &["The youth worker, whom {name} had messaged.", "Hospital staff, who rang us."]),
            _ => voice
                .say(dice, &["A shopkeeper who had the photograph.", "A friend's mother, who rang {carer}."]),
        }
    }

    pub(crate) fn place(how: HowReturned, voice: &Voice, dice: &mut Dice) -> String {
        if how == HowReturned::ReturnedSelf {
            return voice.say(dice, &["{lives}"]);
        }
        voice.say(
            dice,
            &[
                "{street}",
                "{place}",
                "{place}",
                "The station near {place}",
                "A flat at {street}",
                "The emergency department",
            ],
        )
    }

    pub(crate) fn harm(harm: Harm, voice: &Voice, dice: &mut Dice) -> String {
        match harm {
            Harm::NoneKnown => String::new(),
            Harm::Unknown => voice.say(dice, &["{name} was tired and wanted to sleep first. To be asked with care later."]),
            Harm::Exploitation => voice.say(dice, &["{name} had new clothes and a phone nobody gave {them}. An adult may be behind it; referred to the exploitation team.", "{name} was found with an adult of concern. Investigation opened against that adult."]),
            Harm::Physical => voice.say(dice, &["A bruised arm, seen by a doctor. {name} said somebody had held it. Crime recorded."]),
            Harm::Sexual => voice.say(dice, &["{name} told the officer about an offence against {them}. Specialist officer and health care are with {them}. Crime recorded."]),
            Harm::SelfHarm => voice.say(dice, &["{name} had an injury from self-harm. Seen by a nurse; crisis team told."]),
            Harm::Other | Harm::Death => voice.say(dice, &["Cold and hungry; warm food and a blanket given, seen by a paramedic."]),
        }
    }

    pub(crate) fn prevention(voice: &Voice, dice: &mut Dice) -> (String, String) {
        let account = voice.say(dice, &[
            "Seen at {lives}, first with {carer} and then alone. {name} was safe and had eaten. {They} spoke about being worried by somebody who waits near {place}. Recorded as intelligence.",
            "Seen at {lives}. {name} gave a short account: {place}, then {friend}'s. No crime told. Asked what would help; answers below.",
            "Walked round the block together because {name} wanted to talk outside. {They} spoke about pressure to carry things for older people. Crime recorded against those people.",
            "Seen at {school} by agreement. {name} left because of an argument at {lives}. {carer} and {name} would both like somebody to help them talk.",
            "Seen at {lives}. {name} did not want to speak about where {they} had been. That is all right; a card with a number left, and the youth worker told.",
            "Seen with the youth worker. {name} spoke about a group chat where somebody threatened {them}. Messages photographed with {their} agreement.",
        ]);
        let words = voice.say(
            dice,
            &[
                "\"I just wanted somewhere quiet.\"",
                "\"I was going to come back, I was scared to ring.\"",
                "\"They said they knew where my mum lives.\"",
                "\"I wanted to see my brother. Nobody tells me when I can.\"",
                "\"My phone died and I didn't know the way.\"",
                "\"Can you not come in uniform next time?\"",
                "",
                "\"I don't want to talk about it yet.\"",
            ],
        );
        (account, words)
    }

    pub(crate) fn not_in_person(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "{name} is staying with an aunt in another force's area tonight; video call held, officers there will see {them} tomorrow.",
            "{name} asked for a call first because {they} was ill in bed; visit agreed for tomorrow.",
        ])
    }

    pub(crate) fn forgone(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "{name} was reported missing again before the talk could be held; both are spoken about after that return.",
        ])
    }

    pub(crate) fn nobody_free(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "No officer was free to see {name}; the return home interview goes ahead.",
                "The officer who holds these talks is on leave and nobody stands in. {name} was seen at the return.",
                "Not held: no officer in {borough} this week.",
            ],
        )
    }

    pub(crate) fn offers(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "Return home interview service, {borough}",
                "Commissioned charity, return home interviews",
                "Council's independent interviewer",
            ],
        )
    }

    pub(crate) fn attempt(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "Rang {carer}; {name} was asleep. Will ring after school.",
            "Visited {lives} at the time agreed. {name} was out with {carer}. Card left, new time offered.",
            "Sent {name} a message with two times to choose from.",
            "Went to {school}; {name} had an exam. Agreed to come back tomorrow at lunch.",
            "Rang the number given; voicemail. Rang {carer}, who will pass it on.",
        ])
    }

    pub(crate) fn before(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "{name} spoke about rows at {lives} and feeling that nobody listens.",
                "Somebody had messaged {name} for weeks and then asked to meet.",
                "{name} missed {their} brother and had been told twice that the visit was moved.",
                "{name} owed nothing but was told that {they} did, by people who would not stop ringing.",
                "School had become hard after messages in a group chat.",
            ],
        )
    }

    pub(crate) fn during(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "Was at {place}, then in a flat with people {they} did not know well. Two of them are adults. Took the bus back.",
            "Walked about, then stayed with {friend}. Nobody harmed {them}.",
            "Was driven to another town and told to wait in a flat. Was frightened. Descriptions passed on with {their} agreement.",
            "Slept on the night bus. Was cold and hungry.",
            "Stayed with {friend}'s family, who did not know {carer} was looking.",
        ])
    }

    pub(crate) fn after(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "Came home tired. Liked that nobody shouted. Would like help with school.",
                "Feels safer at {lives} than last month. Wants the same worker to come again.",
                "Feels watched near {place}. Would like to be met at the station.",
                "Glad to be back with {carer}. Wants to know what happens with what {they} said.",
            ],
        )
    }

    pub(crate) fn child_words(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "\"If somebody asked me properly I would say.\"",
                "\"It wasn't my idea. I didn't know how to say no to them.\"",
                "\"I like it when you do what you said you would do.\"",
                "\"I want my mum to know I'm not angry with her.\"",
                "\"I thought nobody would notice I'd gone.\"",
                "\"Please ask me, not just my carers.\"",
            ],
        )
    }

    pub(crate) fn child_wants(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &[
                "To see {their} brother every week. To choose who takes {them} to school.",
                "A different route home, and somebody to walk it with for a while.",
                "To move to another group at {school}.",
                "That the people near {place} leave {them} alone.",
                "To talk with the same person next time.",
            ],
        )
    }

    pub(crate) fn explained(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "What is written down, who reads it and why; that {name} can see it and say what is wrong in it.",
            "That what {they} said about the adults goes to the police, and what {they} said about home goes to the social worker.",
            "Who rings when, and that {name} may say no to any part.",
        ])
    }

    pub(crate) fn learned(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "If {name} is missing again: {place} first, then {friend}. Ring the youth worker, whom {they} trusts.",
            "An adult offers lifts outside {school}. Description recorded.",
            "{name} answers messages from {their} brother when {they} answers nobody else.",
            "The flat at {street} is used by adults who exploit children.",
            "The last bus from {place} leaves before {name} can get to it; that is when somebody offers a lift.",
        ])
    }

    pub(crate) fn ended(answer: InterviewAnswer, voice: &Voice, dice: &mut Dice) -> String {
        match answer {
            InterviewAnswer::NotOfferedMissingAgain => voice.say(dice, &["{name} was missing again before an interview could be offered; both episodes will be spoken about then."]),
            InterviewAnswer::NotOfferedNoContact => voice.say(dice, &["Three tries at different times and by different ways did not reach {name} or {carer}. Letter sent with a number to ring at any time."]),
            InterviewAnswer::AcceptedNotPresent => voice.say(dice, &["{name} had agreed but was not there on either visit. The offer stays open."]),
            InterviewAnswer::Declined => voice.say(dice, &["{name} said no today and was thanked for saying so. Offer stays open; {they} may choose another interviewer.", "{name} would rather speak with the youth worker, who has agreed and knows what to pass on."]),
            _ => voice.say(dice, &["{name} is in hospital; staff there will say when a talk is right."]),
        }
    }

    pub(crate) fn closing(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(dice, &[
            "{name} is back and has been seen. What {they} said is with the social worker, and the plan for next time is up to date.",
            "Back, both talks settled, tasks done. What was learned is on {name}'s record.",
            "{name} and {carer} know what happens with what was said. Nothing more is owed from this report.",
            "Closed after both talks. Lines of enquiry against the adults go on in the investigation.",
        ])
    }

    pub(crate) fn closing_known(voice: &Voice, dice: &mut Dice) -> String {
        voice.say(
            dice,
            &["{carer} and {name} had agreed the visit; a message was missed. {name} was seen and is safe."],
        )
    }
}
