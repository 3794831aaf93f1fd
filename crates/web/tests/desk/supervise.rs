//! What waits for a supervisor and an inspector: each thing once, truly named, with the act of those who may do it.
use std::sync::Arc;

use cf_app::import::{CouncilReturn, Extract, MappingProfile, Silent};
use cf_casework::Owner;
use cf_casework::missing::command::{Act, HandOver};

use super::*;

const POLICE: &str = "name = 'desk'\nversion = 1\nsource_system = 'westdesk'\n\
    required = ['reported_at']\n[columns]\nincident_ref = 'ref'\nperson_ref = 'person'\n\
    reported_at = 'reported'\nrisk_grade = 'risk'\nrisk_graded_at = 'graded'\n";
const ROW: &str = "ref,person,reported,risk,graded\n1,p1,2026-03-03T10:00:00,High,2026-03-03T11:00:00\n";
const NEXT: &str = "&next_review_date=2026-03-04&next_review_time=14:00";

fn section<'a>(page: &'a str, title: &str) -> &'a str {
    let from = page.split(&format!(">{title}:")).nth(1).unwrap();
    from.split("<h2").next().unwrap()
}

impl Site {
    async fn grade(&self, by: &User, incident: IncidentId, grade: &str) {
        let path = format!("/incidents/{incident}/do/grade");
        let form = self.get(by, &path).await.body;
        let command = value(&form, "command");
        let gradings = value(&form, "gradings");
        let sent = format!(
            "command={command}&gradings={gradings}&seen=medium&grade={grade}&rationale=at+a+friend&reason_below=rang{NEXT}"
        );
        assert_eq!(self.post(by, &path, &sent).await.status, 303);
    }

    async fn does(&self, by: &User, incident: IncidentId, act: &str, form: &str) {
        let answer = self.post(by, &format!("/incidents/{incident}/do/{act}"), form).await;
        assert_eq!(answer.status, 303, "{act}: {}", answer.body);
    }

    async fn queue(&self, user: &User) -> String {
        self.get(user, "/queue").await.body
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grade_that_was_imported_is_the_sources_everywhere_until_somebody_grades() {
    let site = Site::start().await;
    let (admin, operator) = (site.app.administrator().await, site.app.operator().await);
    let profile = MappingProfile::from_toml(POLICE).unwrap();
    let extract = Extract::Bytes("extract.csv".to_owned(), ROW.as_bytes().to_vec().into());
    site.app.app.import_police(&admin.caller, &profile, &extract, Arc::new(Silent)).await.unwrap();
    let (_, rows) = site.app.app.board(&operator.caller, &Default::default(), 10, 0).await.unwrap();
    let (row, incident) = (&rows[0], rows[0].id());
    assert_eq!(row.grade_source.as_deref(), Some("westdesk"));

    let from = "police extract westdesk, 3 March 2026";
    let child = format!("/children/{}", row.child_id());
    let here = format!("/incidents/{incident}");
    for path in ["/board", here.as_str(), child.as_str()] {
        let page = site.get(&operator, path).await.body;
        assert!(page.contains(from), "{path}: {page}");
    }
    let page = site.get(&operator, &here).await.body;
    assert!(page.contains(&format!("is high, from {from}. Nobody here has graded yet.")), "{page}");
    assert!(page.contains("Graded high, by westdesk") && !page.contains("Nobody has graded this yet"));
    assert!(site.get(&operator, "/board/wall").await.body.contains("High (police extract)"));
    let auditor = site.app.auditor().await;
    assert!(section(&site.queue(&auditor).await, "No action in its time").contains(from));
    for path in ["/api/v1/board", &format!("/api/v1{here}"), &format!("/api/v1{child}")] {
        let answer = site.get(&operator, path).await.body;
        assert!(answer.contains("\"grade_source\":\"westdesk\""), "{path}: {answer}");
        assert!(answer.contains("\"grade_source_at\":\"2026-03-03T11:00:00"), "{path}: {answer}");
    }

    site.grade(&operator, incident, "high").await;
    let page = site.get(&operator, "/board").await.body;
    assert!(!page.contains("westdesk"), "{page}");
    let page = site.get(&operator, &here).await.body;
    assert!(
        !page.contains("Grade from") && page.contains("Graded high, by westdesk"),
        "what was stays: {page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_thing_that_waits_is_listed_once_and_truly_named() {
    let site = Site::start().await;
    let (operator, supervisor) = (site.app.operator().await, site.app.supervisor().await);
    let (_, plain) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let (_, again) = site.report(&operator, "Bertram", CarePlan::default()).await;
    site.app.clock.advance_seconds(60);
    site.grade(&operator, again, "medium").await;
    let look = format!("decision=regrade&words=read+the+call+again{NEXT}");
    site.does(&supervisor, again, "review", &look).await;
    site.app.clock.advance_seconds(4_200);
    site.app.app.climb_overdue().await.unwrap();
    site.app.app.climb_overdue().await.unwrap();

    let (operator, supervisor) = (site.app.sign_in(operator.id).await, site.app.sign_in(supervisor.id).await);
    let page = site.queue(&supervisor).await;
    let list = |title: &str| section(&page, title);
    assert!(list("Not graded in its time").contains("First grade"), "{page}");
    assert!(list("Not graded in its time").contains(&format!("/incidents/{plain}/do/grade")));
    let regrade = list("To be graded again");
    assert!(regrade.contains("Grade again") && regrade.contains("since 4 Mar 2026, 09:01"), "{regrade}");
    assert!(!regrade.contains("First grade") && regrade.contains("Duty inspector"), "{regrade}");
    // A grade is no action: who waits for one only is not on the list of those without action.
    assert!(!list("No action in its time").contains("First grade"));
    assert!(!list("No action in its time").contains(&again.to_string()), "looked at an hour ago: {page}");
    let brought = list("Overdue and brought to a supervisor or higher");
    assert!(!brought.contains("First grade") && !brought.contains("Grade again"), "{brought}");
    assert!(!brought.contains("Next recorded action"), "{brought}");
    let board = site.get(&operator, "/board").await.body;
    let row = board.split(&again.to_string()).nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(row.contains("Grade again") && !row.contains("First grade"), "{row}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_offered_what_only_another_can_settle() {
    let site = Site::start().await;
    let (supervisor, inspector) = (site.app.supervisor().await, site.app.inspector().await);
    let (_, below) = site.report(&supervisor, "Ambrose", CarePlan::default()).await;
    site.grade(&supervisor, below, "low").await;
    let (_, fair) = site.report(&supervisor, "Bertram", CarePlan::default()).await;
    site.grade(&supervisor, fair, "medium").await;

    let theirs = site.queue(&supervisor).await;
    let senior = section(&theirs, "Graded below the recommendation");
    assert!(senior.contains("an inspector settles it") && !senior.contains("/do/"), "{senior}");
    let own = section(&theirs, "Grades to look at");
    assert!(own.contains("another supervisor or inspector looks") && !own.contains("/do/"), "{own}");
    assert!(!own.contains(&below.to_string()), "it stands on the inspector's list: {own}");

    let page = site.get(&supervisor, &format!("/incidents/{below}")).await.body;
    assert!(!page.contains(&format!("/incidents/{below}/do/review")), "{page}");
    assert!(page.contains("An inspector who did not grade looks at it"), "{page}");
    let other = site.app.user("Nia Adeyemi-Holt", cf_kernel::Role::Supervisor, None).await;
    let page = site.get(&other, &format!("/incidents/{below}")).await.body;
    assert!(page.contains("Only an inspector&#39;s look settles that"), "{page}");

    let hand_over = |to: Owner| Act::HandOver(HandOver { to, briefing: "ring the aunt".into() });
    let desk = Owner::Desk { team: inspector.caller.actor.team, name: "The desk".to_owned() };
    for (incident, to) in [(below, desk), (fair, Owner::from(&other.caller.actor))] {
        let act = hand_over(to);
        site.app.app.act(&supervisor.caller, CommandId::new(), incident, None, act).await.unwrap();
    }
    let offered = site.queue(&inspector).await;
    let list = section(&offered, "Hand-overs not acknowledged");
    assert!(list.contains(&format!("/incidents/{below}/do/acknowledge")), "handed to their team: {list}");
    assert!(!list.contains(&format!("/incidents/{fair}/do/")), "handed to another: {list}");
    let auditor = site.app.auditor().await;
    let list = site.queue(&auditor).await;
    assert!(!section(&list, "Hand-overs not acknowledged").contains("/do/"), "{list}");
    let senior = section(&offered, "Graded below the recommendation");
    assert!(senior.contains(&format!("/incidents/{below}/do/review")), "{senior}");
    assert!(section(&offered, "Grades to look at").contains(&format!("/incidents/{fair}/do/review")));
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_restricted_records_waits_in_the_queue_until_an_inspector_decides() {
    let site = Site::start().await;
    let (operator, supervisor) = (site.app.operator().await, site.app.supervisor().await);
    let inspector = site.app.inspector().await;
    assert_eq!(site.post(&operator, "/glass", "reason=the+carer+is+on+the+line").await.status, 303);
    let title = "Restricted records opened with a reason";
    let name = &operator.caller.actor.name;
    for (user, decides) in [(&inspector, true), (&supervisor, false)] {
        let page = site.queue(user).await;
        let list = section(&page, title);
        assert!(list.contains(name) && list.contains("Duty inspector") && list.contains("In "), "{list}");
        assert_eq!(list.contains("href=\"/glass\""), decides, "{list}");
        assert_eq!(list.contains("an inspector decides"), !decides, "{list}");
        assert!(!list.contains("carer"), "the reason is for whoever decides: {list}");
        let api = site.get(user, "/api/v1/queue").await.body;
        assert!(api.contains("\"clock\":\"glass_review\""), "{api}");
    }

    // Nobody decides for months: it is still there, overdue, and has climbed to the chief officers' office.
    for _ in 0..70 {
        site.app.clock.advance_seconds(24 * 3_600);
        site.app.app.climb_overdue().await.unwrap();
    }
    let inspector = site.app.sign_in(inspector.id).await;
    let page = site.queue(&inspector).await;
    let list = section(&page, title);
    assert!(list.contains(name) && list.contains("Overdue"), "{list}");
    let waiting = site.app.app.queue(&inspector.caller).await.unwrap().glass;
    assert!(waiting[0].clock.climbed > 60, "{waiting:?}");
    let page = site.get(&inspector, "/glass").await.body;
    let (session, at) = (value(&page, "session"), value(&page, "at"));
    let said = |words: &str| format!("session={session}&at={at}&justified-{at}=yes&words-{at}={words}");
    assert_eq!(site.post(&inspector, "/glass/review", &said("")).await.status, 422, "in their own words");
    assert!(section(&site.queue(&inspector).await, title).contains(name));
    assert_eq!(site.post(&inspector, "/glass/review", &said("rang+the+desk")).await.status, 303);
    assert!(section(&site.queue(&inspector).await, title).contains("Every opening"));
    assert_eq!(site.app.app.climb_overdue().await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_is_in_the_story_with_its_reason() {
    let site = Site::start().await;
    let (operator, supervisor) = (site.app.operator().await, site.app.supervisor().await);
    let (_, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let back =
        "returned_date=2026-03-04&returned_time=08:50&how=returned_self&harm=none_known&place=the+pier";
    site.does(&operator, incident, "return", back).await;
    let forgone = "reason=she+asked+for+her+teacher";
    site.does(&supervisor, incident, "no-prevention-interview", forgone).await;
    let form = site.get(&supervisor, &format!("/incidents/{incident}/do/withdraw-return")).await.body;
    let version = value(&form, "version");
    let why = format!("version={version}&reason=it+was+his+brother");
    site.does(&supervisor, incident, "withdraw-return", &why).await;
    let task = format!("what=ring+the+school&owner={}&due_date=2026-03-04&due_time=12:00", operator.id);
    site.does(&operator, incident, "task", &task).await;
    site.does(&operator, incident, "task-cancel", "number=1&reason=the+school+is+shut").await;

    let page = site.get(&operator, &format!("/incidents/{incident}")).await.body;
    let story = page.split("What was done").nth(1).unwrap();
    let by = format!("Withdrawn by {} on 4 Mar 2026, 09:00, because", supervisor.caller.actor.name);
    assert!(story.contains(&by) && story.contains("it was his brother"), "{story}");
    assert!(story.contains("the pier") && story.contains("<s>"), "{story}");
    let talk = story.split("No prevention interview").nth(1).unwrap().split("</h3>").next().unwrap();
    assert!(talk.contains("After the withdrawn return"), "{talk}");
    let by = format!("Withdrawn by {} on 4 Mar 2026, 09:00, because", operator.caller.actor.name);
    assert!(story.contains(&by) && story.contains("the school is shut"), "{story}");
    assert!(!story.contains(">Done<"), "a withdrawn task is not done: {story}");
    let api = site.get(&operator, &format!("/api/v1/incidents/{incident}")).await.body;
    assert!(api.contains("\"withdrawn_returns\":[{") && api.contains("it was his brother"), "{api}");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_are_shown_by_name_and_unknown_is_not_no() {
    let site = Site::start().await;
    let operator = site.app.operator().await;
    let care = CarePlan { responsible_authority: Some("306".into()), ..CarePlan::default() };
    let (child, _) = site.report(&operator, "Ambrose", care).await;
    let page = site.get(&operator, &format!("/children/{child}")).await.body;
    assert!(page.contains("Croydon council"), "{page}");
    let care = page.split("Looked after by a council").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(care.contains("not known"), "{care}");

    // A return without episodes of care does not say whether the child is in care.
    let header = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n901,1,01/09/2011,BAFR,UN3,,\n";
    let header = format!("{header}902,1,01/09/2011,BAFR,UN3,,\n");
    let episodes = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN\n\
                    902,01/05/2025,S,C2,N1,K1,PR1,,,,CR0 2CI,CR0 2CI,\n";
    let files = [("header.csv", header.as_str()), ("episodes.csv", episodes)];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).to_vec();
    let (authority, year) = ("306".parse().unwrap(), "2025-26".parse().ok());
    let given = CouncilReturn { authority, files, year, missing_last_year: None };
    let admin = site.app.administrator().await;
    site.app.app.import_ssda903(&admin.caller, given, Arc::new(Silent), false).await.unwrap();
    let auditor = site.app.auditor().await;
    let page = site.get(&auditor, "/council").await.body;
    let row = page.split("Croydon council, 901").nth(1).unwrap().split("</tr>").next().unwrap();
    assert!(row.contains("not known"), "{row}");
    // What is a code in the return is said in words on the record, with the code.
    for (id, words) in [
        ("902", &["Full care order (C2)", "Secure children’s home (K1)"][..]),
        ("901", &["The return names no care episode."][..]),
    ] {
        let before = page.split(&format!("Croydon council, {id}")).next().unwrap();
        let path = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
        let record = site.get(&auditor, path).await.body;
        for words in words {
            assert!(record.contains(words), "{words} in {record}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closing_that_another_system_tells_of_is_among_the_closings() {
    let site = Site::start().await;
    let (admin, operator) = (site.app.administrator().await, site.app.operator().await);
    let profile = MappingProfile::from_toml(&format!("{POLICE}closed_at = 'closed'\n")).unwrap();
    let mut incident = None;
    for closed in ["", "2026-03-03T12:00:00"] {
        let rows = format!(
            "ref,person,reported,risk,graded,closed\n1,p1,2026-03-03T10:00:00,High,2026-03-03T11:00:00,{closed}\n"
        );
        let extract = Extract::Bytes("extract.csv".to_owned(), rows.into_bytes().into());
        site.app.app.import_police(&admin.caller, &profile, &extract, Arc::new(Silent)).await.unwrap();
        let (_, open) = site.app.app.board(&operator.caller, &Default::default(), 10, 0).await.unwrap();
        incident = incident.or(open.first().map(|row| row.id()));
    }
    let here = format!("/incidents/{}", incident.unwrap());
    let page = site.get(&operator, &here).await.body;
    assert_eq!(page.matches("Closed, by the other system").count(), 1, "{page}");
    let api = site.get(&operator, &format!("/api/v1{here}")).await.body;
    assert!(api.contains("\"closings\":[{\"at\":\"2026-03-03T12:00:00"), "{api}");
    assert!(api.contains("\"by\":null"), "{api}");
}
