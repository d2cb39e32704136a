//! What the server did not accept of the owner's requests: it stands in 我的记录, with its reason.

use leptos::prelude::*;
use shared::client::{RecordState, RecordView};
use shared::codes::Code;
use shared::records::Record;
use shared::words::RequestKind;

use crate::components::{ButtonLink, Icon, Notice, RecordStatus, Tone};
use crate::locale::error_text;
use crate::pages::words::said;
use crate::state::use_app_state;
use crate::t;

/// Says of each request of a kind that was not accepted why, and leads to where it can be put right.
#[component]
pub(super) fn RefusedRequests(kind: RequestKind) -> impl IntoView {
    let records = use_app_state().records();
    let refused = Memo::new(move |_| {
        records.with(|views| {
            let found = views.iter().filter_map(|view| refusal(view, kind));
            found.collect::<Vec<_>>()
        })
    });
    let told = move |(id, code): (String, Code)| {
        let words = move || {
            let (message, next) = error_text(code.as_str());
            t!(outcome.unmatched_explain, message = message, next = next)
        };
        view! {
            <div data-refused=id>
                <Notice
                    title=said(move || RecordStatus::Refused.text())
                    text=words
                    tone=Tone::Trouble
                >
                    <ButtonLink
                        label=move || t!(service.to_records)
                        href="/records"
                        icon=Icon::List
                    />
                </Notice>
            </div>
        }
    };
    view! { <For each=move || refused.get() key=|refused| refused.clone() children=told /> }
}

fn refusal(view: &RecordView, kind: RequestKind) -> Option<(String, Code)> {
    let RecordState::Refused(code) = view.state else {
        return None;
    };
    match &view.entry.record {
        Record::Request(request) if request.asker.is_none() && request.subject.kind() == kind => {
            Some((view.entry.id.to_string(), code))
        }
        _ => None,
    }
}
