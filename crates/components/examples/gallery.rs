//! Writes sample pages, with the assets beside them, into a folder: `cargo run -p cf-components --example gallery -- FOLDER`.
//!
//! For looking at: everything a page author has, as a person sees it. All people are invented.

use std::path::PathBuf;
use std::{env, fs, io};

use cf_components::*;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "gallery".to_owned()));
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets() {
        fs::write(folder.join(asset.path.trim_start_matches('/')), asset.bytes)?;
    }
    for (name, layout) in [("queue", queue()), ("form", form()), ("charts", charts()), ("board", board())] {
        let page = layout.page().map_err(io::Error::other)?;
        // A page opened from a file has no root: its assets stand beside it.
        fs::write(folder.join(format!("{name}.html")), page.replace("\"/assets/", "\"assets/"))?;
    }
    println!("{}", folder.display());
    Ok(())
}

fn frame(title: &str, body: Html) -> Layout {
    Layout::new(title, body)
        .organisation("Example Police")
        .navigation([
            NavigationItem::new(
                Html::join([
                    Html::from("Queue"),
                    NotificationBadge::default().count(7_u64).what("to review").into(),
                ]),
                "/queue",
            )
            .current(true),
            NavigationItem::new("Missing", "/missing"),
            NavigationItem::new("Exploitation", "/exploitation"),
            NavigationItem::new("Referrals", "/referrals"),
            NavigationItem::new("Measures", "/measures"),
        ])
        .signed_in(SignedIn::default().name("Sam Adeyemi").role("Duty inspector").token("token"))
        .demo("Nobody on these pages exists. The data was made by a program.")
        .marking("OFFICIAL-SENSITIVE")
        .operation("01J9-EXAMPLE")
        .footer([FooterLink::new("Accessibility", "/accessibility"), FooterLink::new("Help", "/help")])
}

fn child() -> IdentityBar {
    IdentityBar::default()
        .name("Rowan Example")
        .fact("Born", "4 May 2011 (14)")
        .fact("Reference", "CF-20931")
        .fact("Lives", "Children's home, Camden")
        .badges(Badge::new("High", Urgency::Now))
}

fn queue() -> Layout {
    let mut head = ["Child", "Grade", "Missing for", "Next", "Owner"].map(Cell::from);
    head[2].format = "numeric".into();
    let row = |child: &str, grade: Badge, time: &str, next: &str, owner: &str| {
        [Cell::from(child), Cell::from(Html::from(grade)), Cell::number(time), next.into(), owner.into()]
    };
    let table = Table::new("Missing now", head)
        .caption_classes("govuk-table__caption--m")
        .first_cell_is_header(true)
        .row(row(
            "Rowan Example, 14",
            Badge::new("High, overdue", Urgency::Overdue),
            "9 h 12 min",
            "Review was due 02:40",
            "PC Imani Cole",
        ))
        .row(row(
            "Ash Sample, 16",
            Badge::new("High", Urgency::Now),
            "3 h 05 min",
            "Review due 03:20",
            "PC Imani Cole",
        ))
        .row(row(
            "Jo Pattern, 15",
            Badge::new("Medium", Urgency::Soon),
            "1 h 50 min",
            "Call the carer 03:30",
            "PC Lee Hart",
        ))
        .row(row(
            "Sky Model, 12",
            Badge::new("Found", Urgency::Calm),
            "22 min",
            "Prevention interview",
            "PC Lee Hart",
        ))
        .stacked();
    let timeline = Timeline::default().items([
        TimelineItem::new("Grade changed to high", "2026-03-01T01:12:00Z", "1:12am today")
            .by("Sgt Noor Khan")
            .content("Phone has been off since 11pm, which is unusual."),
        TimelineItem::new("Reported missing", "2026-02-28T23:50:00Z", "11:50pm yesterday").by("Carer"),
    ]);
    let facts = SummaryList::new([
        SummaryRow::new("Last seen", "Camden Road station, 6pm").action(RowAction::new(
            "Change",
            "#",
            "last seen",
        )),
        SummaryRow::new("With", "Nobody known"),
    ])
    .in_card("What we know");
    let body = Html::join([
        Banner::new("Overdue", "the review of Rowan Example was due at 02:40", Urgency::Overdue).into(),
        Html::trusted("<h1 class=\"govuk-heading-l\">Night queue</h1>"),
        table.into(),
        child().into(),
        SubNavigation::default()
            .label("Rowan Example")
            .items([
                NavigationItem::new("Now", "#").current(true),
                NavigationItem::new("History", "#"),
                NavigationItem::new("People and places", "#"),
            ])
            .into(),
        facts.into(),
        TicketPanel::new("Linked to another child", "Missing together twice in February.", Urgency::Soon)
            .into(),
        TaskList::new([
            Task::new("Call the carer", "#", "Completed"),
            Task::new("Check hospitals", "#", Tag::coloured("Not started", "blue")),
        ])
        .into(),
        timeline.into(),
        Tabs::new([Tab::new("a", "Phones", "One phone, off."), Tab::new("b", "Places", "Two places.")])
            .into(),
        Accordion::new(
            "acc",
            [AccordionSection::default().heading("Trigger plan").content("Ask the aunt first.")],
        )
        .into(),
        Pagination::default()
            .items(vec![PageItem::new(1, "#").current(true), PageItem::new(2, "#")])
            .next(PageLink::to("#"))
            .into(),
    ]);
    frame("Night queue", body).notices([NotificationBanner::success("Report saved. Reference CF-20931.")])
}

fn form() -> Layout {
    let body = Html::join([
        Html::trusted("<h1 class=\"govuk-heading-l\">Report a missing child</h1>"),
        Input::new("surname", "Surname").error_message("Enter a surname, or say that it is not known").into(),
        DateInput::new("born", "Date of birth").hint("For example, 31 3 2010").typed("4", "5", "2011").into(),
        Radios::new(
            "grade",
            "Grade",
            [
                Choice::new("high", "High").hint("Seen by an inspector at once"),
                Choice::new("medium", "Medium"),
                Choice::new("low", "Low"),
            ],
        )
        .value("high")
        .into(),
        Checkboxes::new(
            "signs",
            "What is different this time?",
            [Choice::new("phone", "Phone is off"), Choice::new("meds", "Without medicine")],
        )
        .into(),
        Select::new(
            "borough",
            "Borough",
            [SelectItem::new("camden", "Camden"), SelectItem::new("brent", "Brent")],
        )
        .into(),
        CharacterCount::new("account", "What happened", 2000).hint("Use the caller's words").into(),
        PasswordInput::default().name("password").label("Password").into(),
        FileUpload::new("photo", "Photograph").into(),
        Details::new("Why we ask", "It decides who is told.").into(),
        WarningText::from("Call 999 if the child is in danger now.").into(),
        InsetText::from("\"I was cold and wanted to go home.\"").into(),
        Button::submit("Save and continue").into(),
        Panel::interruption(
            "Is this the same child?",
            "Rowan Example, born 4 May 2011, was reported in January.",
            [
                PanelAction::default().kind("submit").content("Yes, the same child"),
                PanelAction::default().href("#").content("No, another child"),
            ],
        )
        .into(),
    ]);
    frame("Report a missing child", body)
        .errors(ErrorSummary::new([ErrorLink::new(
            "surname",
            "Enter a surname, or say that it is not known",
        )]))
        .back(BackLink::to("#"))
}

fn charts() -> Layout {
    let counts = (0..7_u32)
        .map(|d| (0..24_u32).map(|h| (h != 4).then_some((h * (d + 3)) % 17)).collect())
        .collect::<Vec<_>>();
    let months = ["Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar"];
    let points: Vec<_> = months
        .iter()
        .zip([40., 44., 39., 47., 42., 71., 45., 41., 0., 38., 40., 43.])
        .map(|(month, value)| Point::new(*month, (value > 0.).then_some(value)))
        .collect();
    let body = Html::join([
        Html::trusted("<h1 class=\"govuk-heading-l\">When children go missing</h1>"),
        HourGrid::default()
            .id("hours")
            .title("Reports by hour of the week")
            .description("Sample counts; four o'clock is left out to show how that looks.")
            .counts(counts)
            .into(),
        BarChart::default()
            .id("boroughs")
            .title("Reports by borough")
            .unit("Reports")
            .points([Point::new("Camden", 41.), Point::new("Brent", 17.), Point::new("Harrow", None)])
            .into(),
        LineChart::default()
            .id("months")
            .title("Reports by month")
            .unit("Reports")
            .description("September is outside the limits.")
            .points(points)
            .mean(45.5)
            .limits((25., 66.))
            .into(),
    ]);
    frame("Charts", body)
}

fn board() -> Layout {
    let card = |who: &str, state: &str, urgency, next: &str, owner: &str| {
        BoardCard::default().who(who).state(state).urgency(urgency).next(next).owner(owner).href("#")
    };
    let cards = [
        card("RE 14", "High, overdue", Urgency::Overdue, "Review was due 02:40", "PC Cole"),
        card("AS 16", "High", Urgency::Now, "Review due 03:20", "PC Cole"),
        card("JP 15", "Medium", Urgency::Soon, "Call the carer 03:30", "PC Hart"),
        card("SM 12", "Found", Urgency::Calm, "Prevention interview", "PC Hart"),
    ];
    frame("Board", Board::default().cards(cards).into()).board(true)
}
