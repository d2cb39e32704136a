//! Which address leads to which page, what the page is called, and where 返回 leads from it.

use leptos::prelude::*;

use crate::components::{Icon, Tab};
use crate::pages::{
    ActivityPage, EnrolPage, LaterAffairs, LaterAttended, LaterBoard, LaterCopy, LaterEditPlan,
    LaterMembers, LaterNewPlan, LaterOverview, LaterPaper, LaterPlanning, LaterQuarterly,
    LaterReceipt, LaterRecords, LaterReport, LaterService, LaterSettings, LaterTeam,
    LaterUnconfirmed, LaterUnit, NotFoundPage, ServiceScreen, TodayPage,
};
use crate::t;

/// What an address leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// A place of the tabs.
    Place(Place),
    /// `/overview/ORGANISATION/PERIOD/FACET`, the later parts left out or not.
    Overview,
    /// `/report/ORGANISATION/QUARTER`.
    Quarterly,
    /// `/unconfirmed/ORGANISATION`.
    Unconfirmed,
    /// `/activities/ACTIVITY`.
    Activity,
    /// `/activities/ACTIVITY/edit`.
    EditPlan,
    /// `/activities/ACTIVITY/paper`.
    Paper,
    /// `/plans`.
    Plans,
    /// `/plans/new`.
    NewPlan,
    /// `/plans/copy`.
    CopyPlans,
    /// `/attended`.
    Attended,
    /// `/affairs`.
    Affairs,
    /// `/affairs/board`.
    Board,
    /// `/affairs/unit`.
    Unit,
    /// `/affairs/team`.
    Team,
    /// `/affairs/service`.
    Report,
    /// `/affairs/REQUEST/paper`.
    Receipt,
    /// A screen beneath `/service`.
    Service(ServiceScreen),
    /// `/enrol`.
    Enrol,
    /// Nothing.
    Nowhere,
}

/// A place that the tabs lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Today,
    Records,
    Service,
    Overview,
    Members,
    Settings,
}

impl Place {
    pub(super) const ALL: [Self; 6] = [
        Self::Today,
        Self::Records,
        Self::Service,
        Self::Overview,
        Self::Members,
        Self::Settings,
    ];

    /// Returns the place that a tidy path leads to.
    fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.path() == path)
    }

    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Today => "/",
            Self::Records => "/records",
            Self::Service => "/service",
            Self::Overview => "/overview",
            Self::Members => "/members",
            Self::Settings => "/settings",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Today => Icon::Home,
            Self::Records => Icon::List,
            Self::Service => Icon::Heart,
            Self::Overview => Icon::Chart,
            Self::Members => Icon::Users,
            Self::Settings => Icon::Settings,
        }
    }

    pub(super) fn name(self) -> String {
        match self {
            Self::Today => t!(nav.today),
            Self::Records => t!(nav.records),
            Self::Service => t!(service.title),
            Self::Overview => t!(nav.overview),
            Self::Members => t!(nav.members),
            Self::Settings => t!(nav.settings),
        }
    }

    pub(super) fn tab(self) -> Tab {
        Tab {
            href: self.path().to_owned(),
            icon: self.icon(),
            label: Signal::derive(move || self.name()),
        }
    }
}

impl Page {
    pub(super) fn of(path: &str) -> Self {
        let path = tidy(path);
        if let Some(place) = Place::at(path) {
            return Self::Place(place);
        }
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        match parts[..] {
            ["overview", _] | ["overview", _, _] | ["overview", _, _, _] => Self::Overview,
            ["report", _, _] => Self::Quarterly,
            ["unconfirmed", _] => Self::Unconfirmed,
            ["activities", _] => Self::Activity,
            ["activities", _, "edit"] => Self::EditPlan,
            ["activities", _, "paper"] => Self::Paper,
            ["plans"] => Self::Plans,
            ["plans", "new"] => Self::NewPlan,
            ["plans", "copy"] => Self::CopyPlans,
            ["attended"] => Self::Attended,
            ["affairs"] => Self::Affairs,
            ["affairs", "board"] => Self::Board,
            ["affairs", "unit"] => Self::Unit,
            ["affairs", "team"] => Self::Team,
            ["affairs", "service"] => Self::Report,
            ["affairs", _, "paper"] => Self::Receipt,
            ["service", ref beneath @ ..] => {
                ServiceScreen::at(beneath).map_or(Self::Nowhere, Self::Service)
            }
            ["enrol"] => Self::Enrol,
            _ => Self::Nowhere,
        }
    }

    pub(super) fn view(self) -> AnyView {
        match self {
            Self::Place(Place::Today) => view! { <TodayPage /> }.into_any(),
            Self::Place(Place::Records) => view! { <LaterRecords /> }.into_any(),
            Self::Place(Place::Service) => {
                view! { <LaterService screen=ServiceScreen::Hub /> }.into_any()
            }
            Self::Service(screen) => view! { <LaterService screen /> }.into_any(),
            Self::Place(Place::Overview) | Self::Overview => view! { <LaterOverview /> }.into_any(),
            Self::Quarterly => view! { <LaterQuarterly /> }.into_any(),
            Self::Unconfirmed => view! { <LaterUnconfirmed /> }.into_any(),
            Self::Place(Place::Members) => view! { <LaterMembers /> }.into_any(),
            Self::Place(Place::Settings) => view! { <LaterSettings /> }.into_any(),
            Self::Activity => view! { <ActivityPage /> }.into_any(),
            Self::EditPlan => view! { <LaterEditPlan /> }.into_any(),
            Self::Paper => view! { <LaterPaper /> }.into_any(),
            Self::Plans => view! { <LaterPlanning /> }.into_any(),
            Self::NewPlan => view! { <LaterNewPlan /> }.into_any(),
            Self::CopyPlans => view! { <LaterCopy /> }.into_any(),
            Self::Attended => view! { <LaterAttended /> }.into_any(),
            Self::Affairs => view! { <LaterAffairs /> }.into_any(),
            Self::Board => view! { <LaterBoard /> }.into_any(),
            Self::Unit => view! { <LaterUnit /> }.into_any(),
            Self::Team => view! { <LaterTeam /> }.into_any(),
            Self::Report => view! { <LaterReport /> }.into_any(),
            Self::Receipt => view! { <LaterReceipt /> }.into_any(),
            Self::Enrol => view! { <EnrolPage /> }.into_any(),
            Self::Nowhere => view! { <NotFoundPage /> }.into_any(),
        }
    }

    pub(super) fn title(self) -> String {
        match self {
            Self::Place(place) => place.name(),
            Self::Overview => t!(overview.title),
            Self::Quarterly => t!(quarterly.title),
            Self::Unconfirmed => t!(unconfirmed.title),
            Self::Activity => t!(activity.title),
            Self::EditPlan => t!(plan.edit),
            Self::Paper => t!(paper.open),
            Self::Plans => t!(plan.title),
            Self::NewPlan => t!(plan.new),
            Self::CopyPlans => t!(plan.copy),
            Self::Attended => t!(attended.title),
            Self::Affairs => t!(affairs.title),
            Self::Board => t!(board.title),
            Self::Unit => t!(unit.title),
            Self::Team => t!(team.title),
            Self::Report => t!(affairs.report.title),
            Self::Receipt => t!(affairs.receipt.open),
            Self::Service(screen) => screen.title(),
            Self::Enrol => t!(enrol.title),
            Self::Nowhere => t!(app.name),
        }
    }
}

/// Returns where 返回 leads, `None` from a place that the tabs lead to.
pub(super) fn parent(path: &str) -> Option<&str> {
    let path = tidy(path);
    match Page::of(path) {
        Page::Place(_) => None,
        Page::Overview | Page::Quarterly | Page::Unconfirmed | Page::Affairs => {
            Some(Place::Overview.path())
        }
        Page::Attended => Some(Place::Records.path()),
        Page::Board | Page::Unit | Page::Team | Page::Report | Page::Receipt => Some("/affairs"),
        Page::NewPlan | Page::CopyPlans => Some("/plans"),
        Page::EditPlan => path.strip_suffix("/edit"),
        Page::Paper => path.strip_suffix("/paper"),
        // The page above is the address without its last part.
        Page::Service(_) => path.rsplit_once('/').map(|(above, _)| above),
        Page::Plans | Page::Activity | Page::Enrol | Page::Nowhere => Some(Place::Today.path()),
    }
}

/// Returns what of a path is a screen of its own: another period of a dashboard is the same screen.
pub(super) fn screen_of(path: &str) -> String {
    let path = tidy(path);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts[..] {
        ["overview", organisation, _] => format!("/overview/{organisation}"),
        ["overview", organisation, _, facet] => format!("/overview/{organisation}/{facet}"),
        _ => path.to_owned(),
    }
}

fn tidy(path: &str) -> &str {
    match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_screens_beneath_a_tab_have_a_way_back() {
        for place in Place::ALL {
            assert_eq!(parent(place.path()), None);
        }
        assert_eq!(parent("/records/"), None);
        assert_eq!(parent("/overview/0190"), Some("/overview"));
        assert_eq!(parent("/overview/0190/2026Q4"), Some("/overview"));
        assert_eq!(parent("/report/0190/2026Q4"), Some("/overview"));
        assert_eq!(parent("/unconfirmed/0190"), Some("/overview"));
        assert_eq!(parent("/activities/0190"), Some("/"));
        assert_eq!(parent("/activities/0190/edit"), Some("/activities/0190"));
        assert_eq!(parent("/activities/0190/paper"), Some("/activities/0190"));
        assert_eq!(parent("/plans/new"), Some("/plans"));
        assert_eq!(parent("/plans"), Some("/"));
        assert_eq!(parent("/attended"), Some("/records"));
        assert_eq!(parent("/affairs"), Some("/overview"));
        assert_eq!(parent("/affairs/board"), Some("/affairs"));
        assert_eq!(parent("/affairs/0190/paper"), Some("/affairs"));
        assert_eq!(parent("/service/register"), Some("/service"));
        assert_eq!(parent("/service/register/new"), Some("/service/register"));
        assert_eq!(parent("/service/records/0190/"), Some("/service/records"));
        assert_eq!(
            parent("/service/records/0190/edit"),
            Some("/service/records/0190")
        );
        assert_eq!(parent("/enrol"), Some("/"));
        assert_eq!(parent("/nowhere"), Some("/"));
    }

    #[test]
    fn an_address_leads_to_its_page_or_nowhere() {
        assert_eq!(Page::of("/"), Page::Place(Place::Today));
        assert_eq!(Page::of("/records/"), Page::Place(Place::Records));
        assert_eq!(Page::of("/activities/0190"), Page::Activity);
        assert_eq!(Page::of("/activities/0190/"), Page::Activity);
        assert_eq!(Page::of("/activities/0190/edit"), Page::EditPlan);
        assert_eq!(Page::of("/overview/0190"), Page::Overview);
        assert_eq!(Page::of("/plans/new"), Page::NewPlan);
        assert_eq!(Page::of("/affairs/unit"), Page::Unit);
        assert_eq!(Page::of("/affairs/service/"), Page::Report);
        assert_eq!(Page::of("/affairs/0190/paper"), Page::Receipt);
        assert_eq!(Page::of("/enrol"), Page::Enrol);
        assert_eq!(Page::of("/service/"), Page::Place(Place::Service));
        for (path, screen) in [
            ("/service/register", ServiceScreen::Registration),
            ("/service/register/new", ServiceScreen::RegistrationForm),
            ("/service/register/paper", ServiceScreen::RegistrationPaper),
            ("/service/new", ServiceScreen::NewService),
            ("/service/records", ServiceScreen::Services),
            ("/service/records/0190", ServiceScreen::Service),
            ("/service/records/0190/edit", ServiceScreen::EditService),
            ("/service/lists", ServiceScreen::Lists),
            ("/service/lists/0190/", ServiceScreen::Listing),
        ] {
            assert_eq!(Page::of(path), Page::Service(screen), "{path}");
        }
        for nowhere in [
            "/activities",
            "/activities/0190/more",
            "/affairs/0190",
            "/enrol/more",
            "/record",
            "/service/more",
            "/service/lists/0190/more",
        ] {
            assert_eq!(Page::of(nowhere), Page::Nowhere, "{nowhere}");
        }
    }
}
