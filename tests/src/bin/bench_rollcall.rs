//! `cargo xtask bench rollcall`: 300 marks on a host's phone without signal (4× CPU throttle), each
//! from the tap until it is durable in IndexedDB and shown as chosen.
//!
//! Lines `name value unit`. The floor, `rollcall_floor_durable_*`, is one strict write of 200 bytes in
//! the same page, under the same throttle.

use serde_json::{Value, json};
use tests::bench::percentile;
use tests::browser::Page;
use tests::story::{Stage, Told, open_activity};

const CPU_SLOWDOWN: f64 = 4.0;
const MARKS: usize = 300;
const KINDS: [&str; 4] = ["present", "late", "absent", "excused"];

#[tokio::main]
async fn main() -> Told {
    let stage = Stage::set().await?;
    let host = stage.persona("branch_host").await?;
    stage.import_members(&host.organisation, MARKS).await?;
    let phone = stage.phone().await?;
    let page = phone.enrol(&host.code).await?;
    let activity = open_activity(&page).await?;
    page.eval(&format!("history.pushState(null, '', '/activities/{activity}'); dispatchEvent(new PopStateEvent('popstate'))"))
        .await?;
    page.wait_for("document.querySelector('.roll-call-names li')", "the names")
        .await?;
    // The phone announces its key as a host's by itself.
    page.wait_for(
        "document.querySelector('.badge.unsent').textContent.includes('未上传 0')",
        "everything to be uploaded",
    )
    .await?;
    phone.cable.cut().await;
    page.set_cpu_throttle(CPU_SLOWDOWN).await?;
    let people = page
        .eval("document.querySelectorAll('.roll-call-names li').length")
        .await?
        .as_u64()
        .ok_or("the roll call has people")?;
    let people = usize::try_from(people)?;
    println!("rollcall_people {people}");
    let mut times = Vec::new();
    for mark in 0..MARKS {
        let kind = KINDS[mark % KINDS.len()];
        times.push(one_mark(&page, mark % people, kind, mark + 1).await?);
    }
    tell("rollcall_mark_durable", &mut times);
    let floor = page.eval(FLOOR).await?;
    let mut floor: Vec<f64> = floor
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect();
    tell("rollcall_floor_durable", &mut floor);
    Ok(())
}

fn tell(name: &str, times: &mut [f64]) {
    println!("{name}_p50_ms {:.1} ms", percentile(times, 0.5));
    println!("{name}_p99_ms {:.1} ms", percentile(times, 0.99));
}

/// Taps a segment and waits, inside the page, until it is chosen and the unsent count has gone up:
/// the engine counts a record only when IndexedDB has said that it is durable.
async fn one_mark(page: &Page, person: usize, kind: &str, unsent: usize) -> Told<f64> {
    let script = format!(
        "new Promise((resolve) => {{
            const row = document.querySelectorAll('.roll-call-names li')[{person}];
            const segment = row.querySelector('input[value={kind}]');
            const badge = () => document.querySelector('.badge.unsent').textContent;
            const began = performance.now();
            const look = () => segment.checked && badge().includes({})
                && (resolve(performance.now() - began), true);
            const observer = new MutationObserver(() => look() && observer.disconnect());
            observer.observe(document.body, {{ subtree: true, childList: true, characterData: true }});
            segment.click();
        }})",
        json!(format!("未上传 {unsent}"))
    );
    let elapsed = page.eval(&script).await?;
    Ok(elapsed.as_f64().ok_or("the mark has a duration")?)
}

const FLOOR: &str = "(async () => {
    const open = indexedDB.open('floor', 1);
    open.onupgradeneeded = () => open.result.createObjectStore('rows');
    await new Promise((resolve, reject) => { open.onsuccess = resolve; open.onerror = reject; });
    const times = [];
    for (let number = 0; number < 100; number += 1) {
        const began = performance.now();
        const write = open.result.transaction('rows', 'readwrite', { durability: 'strict' });
        write.objectStore('rows').put(new Uint8Array(200), number);
        await new Promise((resolve, reject) => { write.oncomplete = resolve; write.onabort = reject; });
        times.push(performance.now() - began);
    }
    open.result.close();
    return times;
})()";
