//! 参加情况: who was there, with every piece of evidence, what somebody should look at, and what was
//! decided; two phones of one person are one attendance with two pieces.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::{AttendanceList, AttendanceRow};
use shared::codes::Code;
use shared::ids::{ActivityId, MemberId};
use shared::reconcile::{
    Attendance, Basis, Confirmation, Piece, Source as Side, spoke_through_one_phone,
};
use shared::words::Grade;

use super::Attended;
use super::judged::{Judged, needs_ruling};
use super::settle::SettleSheet;
use crate::components::{
    Button, ButtonKind, Chip, EmptyState, Icon, List, ListRow, Notice, Section, Tone,
};
use crate::locale::{error_text, format_clock, format_number};
use crate::pages::fresh::{Answer, Source};
use crate::pages::words;
use crate::pages::words::said;
use crate::state::{AppState, use_app_state};
use crate::t;

/// The server's lists of who was where.
pub(in crate::pages) struct Attendances(pub(in crate::pages) AppState);

impl Source<ActivityId, AttendanceList> for Attendances {
    fn ask(&self, activity: ActivityId) -> Answer<AttendanceList> {
        Box::pin(self.0.attendance(activity))
    }
}

#[component]
pub(in crate::pages) fn AttendanceSection(
    list: Signal<Option<AttendanceList>>,
    trouble: Signal<Option<Code>>,
    attended: Option<Attended>,
    known: Signal<bool>,
) -> impl IntoView {
    let rows = Memo::new(move |_| {
        list.with(|list| {
            list.as_ref()
                .map(|list| list.rows.clone())
                .unwrap_or_default()
        })
    });
    let names = Memo::new(move |_| {
        list.with(|list| {
            list.as_ref()
                .map(|list| list.names.clone())
                .unwrap_or_default()
        })
    });
    // Who else spoke through the phone of each, by name.
    let one_phone = Memo::new(move |_| {
        rows.with(|rows| {
            let name = |id: &MemberId| {
                let found = rows.iter().find(|row| row.outcome.member == *id);
                found.map(|row| row.name.clone())
            };
            let found = spoke_through_one_phone(rows.iter().map(|row| &row.outcome));
            found
                .into_iter()
                .map(|(member, others)| (member, others.iter().filter_map(name).collect()))
                .collect::<Shared>()
        })
    });
    let state = use_app_state();
    let settles = Memo::new(move |_| {
        let holder = list.with(|list| list.as_ref().map(|list| list.organisation.id));
        holder.is_some_and(|holder| state.may_coordinate(holder))
    });
    let settling = RwSignal::new(None::<AttendanceRow>);
    let (read, counted) = (
        Memo::new(move |_| list.with(Option::is_some)),
        Memo::new(move |_| {
            let read = |list: &AttendanceList| list.activity.tally.attendances;
            list.with(|list| list.as_ref().map_or(0, read))
        }),
    );
    let lead = move || {
        let some = read.get() && !rows.with(Vec::is_empty);
        some.then(|| t!(attendance.lead, n = format_number(counted.get())))
    };
    // Without the activity itself, its absence is told in the place of its head.
    let shown = move || read.get() || (known.get() && trouble.get().is_some());
    view! {
        <Show when=shown>
            <Section title=move || t!(attendance.title) lead=MaybeProp::derive(lead)>
                <Stale trouble attended />
                <Show when=move || read.get() && rows.with(Vec::is_empty)>
                    <EmptyState
                        title=move || t!(attendance.empty)
                        text=said(move || t!(attendance.empty_hint))
                        icon=Icon::Users
                    />
                </Show>
                <Show when=move || !rows.with(Vec::is_empty)>
                    <List>
                        <For each=move || rows.get() key=|row| row.outcome.member let:row>
                            <Row first=row rows names one_phone settles settling />
                        </For>
                    </List>
                </Show>
            </Section>
            <SettleSheet settling attended />
        </Show>
    }
}

/// The names of those who spoke through the phone of each.
type Shared = BTreeMap<MemberId, Vec<String>>;

/// Says that the list is not the newest, and why.
#[component]
fn Stale(trouble: Signal<Option<Code>>, attended: Option<Attended>) -> impl IntoView {
    let again = move || {
        if let Some(attended) = attended {
            attended.read_again();
        }
    };
    move || {
        trouble.get().map(|code| {
            view! {
                <Notice
                    title=said(move || t!(attendance.stale))
                    text=move || error_text(code.as_str()).0
                    tone=Tone::Notice
                    icon=Icon::CloudOff
                >
                    <Button label=move || t!(action.retry) icon=Icon::Refresh on_press=again />
                </Notice>
            }
        })
    }
}

#[component]
fn Row(
    first: AttendanceRow,
    #[prop(into)] rows: Signal<Vec<AttendanceRow>>,
    names: Memo<BTreeMap<MemberId, String>>,
    one_phone: Memo<Shared>,
    settles: Memo<bool>,
    settling: RwSignal<Option<AttendanceRow>>,
) -> impl IntoView {
    let member = first.outcome.member;
    let row = Memo::new(move |_| {
        rows.with(|rows| {
            let found = rows.iter().find(|row| row.outcome.member == member);
            found.cloned().unwrap_or_else(|| first.clone())
        })
    });
    let pieces = Memo::new(move |_| row.with(|row| row.outcome.evidence.clone()));
    let subtitle = move || {
        let grade: Option<Grade> = row.with(|row| row.outcome.grade);
        let number = pieces.with(Vec::len);
        let count = (number > 1).then(|| t!(attendance.pieces, n = words::count(number)));
        words::joined(grade.map(words::grade_title).into_iter().chain(count))
    };
    let outcome = Memo::new(move |_| row.with(|row| row.outcome.clone()));
    let lent = move || {
        let others = one_phone.with(|found| found.get(&member).cloned())?;
        Some(t!(
            judged.one_phone,
            names = others.join(&t!(roll_call.name_separator))
        ))
    };
    let open = Memo::new(move |_| outcome.with(needs_ruling));
    view! {
        <ListRow
            title=move || row.with(|row| row.name.clone())
            subtitle=MaybeProp::derive(subtitle)
            trailing=move || view! { <RowChips row /> }
        >
            <ul
                class="evidence"
                role="list"
                data-pieces=move || pieces.with(Vec::len).to_string()
                aria-label=move || t!(record.evidence)
            >
                <PieceLines pieces names />
            </ul>
            <Judged outcome />
            {move || lent().map(|words| view! { <p class="judged-flag">{words}</p> })}
            {move || match (open.get(), settles.get()) {
                (true, true) => {
                    view! {
                        <Button
                            label=move || t!(judged.settle)
                            kind=ButtonKind::Primary
                            on_press=move || settling.set(Some(row.get_untracked()))
                        />
                    }
                        .into_any()
                }
                (true, false) => {
                    view! { <p class="judged-open">{move || t!(judged.coordinator_settles)}</p> }
                        .into_any()
                }
                (false, _) => ().into_any(),
            }}
        </ListRow>
    }
}

#[component]
fn RowChips(#[prop(into)] row: Signal<AttendanceRow>) -> impl IntoView {
    let standing =
        Memo::new(move |_| row.with(|row| (row.outcome.attendance, row.outcome.confirmation)));
    let attendance = move || standing.get().0;
    let waits = move || {
        let (attendance, confirmation) = standing.get();
        let counts = matches!(attendance, Attendance::Present | Attendance::Late);
        counts && confirmation == Confirmation::Waiting
    };
    view! {
        <span class="attendance" data-attendance=move || attendance_word(attendance())>
            <Chip
                text=move || words::attendance_name(attendance())
                tone=move || attendance_tone(attendance())
                icon=move || attendance_icon(attendance())
            />
        </span>
        {move || {
            waits()
                .then(|| {
                    view! {
                        <Chip text=move || t!(overview.to_confirm) tone=Tone::Info icon=Icon::Clock />
                    }
                })
        }}
    }
}

#[component]
fn PieceLines(
    #[prop(into)] pieces: Signal<Vec<Piece>>,
    names: Memo<BTreeMap<MemberId, String>>,
) -> impl IntoView {
    move || {
        let name = |by| {
            let known = names.with(|names| names.get(&by).cloned());
            known.unwrap_or_else(|| t!(role.host))
        };
        let line = |piece: Piece| {
            let time = format_clock(piece.recorded_at.0);
            let words = match piece.source {
                Side::Claim(Basis::SelfReport) => t!(attendance.by_self, time = time),
                Side::Claim(Basis::Typed { digits }) => t!(
                    attendance.by_digits,
                    digits = format!("{digits:06}"),
                    time = time
                ),
                Side::Claim(Basis::Scan) => t!(attendance.by_scan, time = time),
                Side::Left => t!(attendance.by_leaving, time = time),
                Side::Leave => t!(attendance.by_leave, time = time),
                Side::Objection => t!(attendance.by_objection, time = time),
                Side::Mark { by, kind } => {
                    let (by, kind) = (name(by), words::mark_name(kind));
                    t!(attendance.by_mark, by = by, kind = kind, time = time)
                }
                Side::LateEntry { by, kind } => {
                    let (by, kind) = (name(by), words::mark_name(kind));
                    t!(attendance.by_late_entry, by = by, kind = kind, time = time)
                }
                Side::ProxyEntry { by, kind } => {
                    let (by, kind) = (name(by), words::mark_name(kind));
                    t!(attendance.by_proxy_entry, by = by, kind = kind, time = time)
                }
                Side::Witness { by, kind } => {
                    let (by, kind) = (name(by), words::mark_name(kind));
                    t!(attendance.by_witness, by = by, kind = kind, time = time)
                }
                Side::Ruling { by, decision } => {
                    let (by, kind) = (name(by), words::mark_name(decision));
                    t!(attendance.by_ruling, by = by, kind = kind, time = time)
                }
            };
            let note = piece
                .note
                .map(|note| view! { <p class="evidence-note">{note}</p> });
            view! { <li class="evidence-piece">{words}{note}</li> }
        };
        pieces.get().into_iter().map(line).collect_view()
    }
}

fn attendance_tone(attendance: Attendance) -> Tone {
    match attendance {
        Attendance::Present | Attendance::Late => Tone::Good,
        Attendance::Expected | Attendance::Excused | Attendance::Absent | Attendance::MadeUp => {
            Tone::Neutral
        }
        Attendance::LeaveAsked => Tone::Info,
        Attendance::Disputed | Attendance::Unmatched(_) => Tone::Notice,
    }
}

fn attendance_icon(attendance: Attendance) -> Icon {
    match attendance {
        Attendance::Present => Icon::Check,
        Attendance::Late => Icon::Clock,
        Attendance::Expected | Attendance::Excused | Attendance::MadeUp => Icon::Info,
        Attendance::LeaveAsked => Icon::Clock,
        Attendance::Absent => Icon::Minus,
        Attendance::Disputed | Attendance::Unmatched(_) => Icon::Warning,
    }
}

/// A word for tests and styles; never shown.
fn attendance_word(attendance: Attendance) -> &'static str {
    match attendance {
        Attendance::Present => "present",
        Attendance::Late => "late",
        Attendance::Expected => "expected",
        Attendance::LeaveAsked => "leave_asked",
        Attendance::MadeUp => "made_up",
        Attendance::Excused => "excused",
        Attendance::Absent => "absent",
        Attendance::Disputed => "disputed",
        Attendance::Unmatched(_) => "unmatched",
    }
}
