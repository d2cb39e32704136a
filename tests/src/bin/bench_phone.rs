//! `cargo xtask bench phone`: what the first visit weighs, how soon the app is usable on a slow phone
//! (4× CPU throttle, slow 4G), and how long a tap takes to be durable in IndexedDB.
//!
//! Lines `name value unit`. The floor of the tap, `phone_floor_durable_*`, is one strict write of 200
//! bytes in the same page, under the same throttle.

use std::time::Instant;

use serde_json::Value;
use tests::bench::{median, percentile};
use tests::browser::{NetworkConditions, Page};
use tests::story::{Phone, Stage, Told};

const CPU_SLOWDOWN: f64 = 4.0;
/// Slow 4G as Chrome's developer tools and Lighthouse define it.
const SLOW_4G: NetworkConditions = NetworkConditions {
    latency_ms: 150.0,
    down_kilobits_per_second: 1_638.4,
    up_kilobits_per_second: 750.0,
};
const VISITS: usize = 5;
const TAPS: usize = 100;

#[tokio::main]
async fn main() -> Told {
    let stage = Stage::set().await?;
    weigh(&stage).await?;
    let mut first: Vec<f64> = Vec::new();
    for _ in 0..VISITS {
        let phone = stage.phone().await?;
        first.push(first_visit(&phone).await?);
        phone.context.close().await?;
    }
    println!("phone_first_usable_ms {:.0} ms", median(&mut first));
    let phone = stage.phone().await?;
    let page = phone.enrol(&stage.persona("member_1").await?.code).await?;
    let mut repeat = Vec::new();
    for _ in 0..VISITS {
        repeat.push(repeat_visit(&phone).await?);
    }
    println!("phone_repeat_usable_ms {:.0} ms", median(&mut repeat));
    taps(&phone, page).await
}

/// Sums what a first visit transfers, compressed, by kind: what the first screen waits for, and over
/// the whole cable, headers and icons included, until the worker keeps the app for use without a network.
async fn weigh(stage: &Stage) -> Told {
    let phone = stage.phone().await?;
    let page = phone.open("/").await?;
    page.wait_for(
        "document.querySelector('form.enrol-form')",
        "the first screen",
    )
    .await?;
    let sizes = "(() => {
        const kinds = { wasm: 0, js: 0, css: 0, other: 0 };
        for (const entry of performance.getEntriesByType('resource')) {
            const name = new URL(entry.name).pathname;
            const kind = name.match(/\\.(wasm|js|css)$/)?.[1] ?? 'other';
            if (!name.startsWith('/api')) kinds[kind] += entry.encodedBodySize;
        }
        const [page] = performance.getEntriesByType('navigation');
        return { ...kinds, html: page.encodedBodySize };
    })()";
    let sizes = page.eval(sizes).await?;
    let mut total = 0.0;
    for kind in ["wasm", "js", "css", "html", "other"] {
        let kilobytes = sizes[kind].as_f64().unwrap_or(0.0) / 1000.0;
        total += kilobytes;
        println!("phone_first_visit_{kind}_kb {kilobytes:.1} kB");
    }
    println!("phone_first_visit_kb {total:.1} kB");
    let kept = "navigator.serviceWorker.ready.then(() => true)";
    page.eval(kept).await?;
    let whole = phone.cable.down_bytes() as f64 / 1000.0;
    println!("phone_first_visit_whole_kb {whole:.1} kB");
    phone.context.close().await?;
    Ok(())
}

async fn slow(page: &Page) -> Told {
    page.set_cpu_throttle(CPU_SLOWDOWN).await?;
    Ok(page.emulate_network(SLOW_4G).await?)
}

/// From the address being opened to the first screen that takes input, nothing cached.
async fn first_visit(phone: &Phone) -> Told<f64> {
    let page = phone.context.new_page("about:blank").await?;
    slow(&page).await?;
    let began = Instant::now();
    page.goto(&phone.address("/")).await?;
    page.wait_for(
        "document.querySelector('form.enrol-form button:not(:disabled)')",
        "the first screen",
    )
    .await?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

/// From the address being opened to today's list, on a phone that has been here before.
async fn repeat_visit(phone: &Phone) -> Told<f64> {
    let page = phone.context.new_page("about:blank").await?;
    slow(&page).await?;
    let began = Instant::now();
    page.goto(&phone.address("/")).await?;
    page.wait_for(
        "document.querySelector('.activity-card')",
        "today's activities",
    )
    .await?;
    let elapsed = began.elapsed().as_secs_f64() * 1000.0;
    page.close().await?;
    Ok(elapsed)
}

/// Sends feedback again and again: the command is durable when the sheet says so.
async fn taps(phone: &Phone, page: Page) -> Told {
    page.close().await?;
    let page = phone.open("/settings").await?;
    page.set_cpu_throttle(CPU_SLOWDOWN).await?;
    page.wait_for(
        "document.querySelector('.top-bar button.icon-button')",
        "the feedback button",
    )
    .await?;
    phone.cable.cut().await;
    let mut times = Vec::new();
    for tap in 0..TAPS {
        times.push(one_tap(&page, tap).await?);
    }
    println!(
        "phone_tap_durable_p50_ms {:.1} ms",
        percentile(&mut times, 0.5)
    );
    println!(
        "phone_tap_durable_p99_ms {:.1} ms",
        percentile(&mut times, 0.99)
    );
    let mut floor: Vec<f64> = numbers(&page.eval(FLOOR).await?);
    println!(
        "phone_floor_durable_p50_ms {:.1} ms",
        percentile(&mut floor, 0.5)
    );
    println!(
        "phone_floor_durable_p99_ms {:.1} ms",
        percentile(&mut floor, 0.99)
    );
    Ok(())
}

/// Presses the button and waits, inside the page, until the unsent count has gone up: the engine
/// counts a record only when IndexedDB has said that it is durable.
async fn one_tap(page: &Page, tap: usize) -> Told<f64> {
    page.click(".top-bar button.icon-button").await?;
    page.fill("dialog[open] textarea", &format!("反馈 {tap}"))
        .await?;
    let script = format!(
        "new Promise((resolve) => {{
            const button = [...document.querySelectorAll('dialog[open] button')]
                .find((button) => button.innerText.trim() === '提交');
            const badge = () => document.querySelector('.badge.unsent').innerText;
            const began = performance.now();
            const look = () => badge().includes('未上传 {}') && (resolve(performance.now() - began), true);
            new MutationObserver((_, observer) => look() && observer.disconnect())
                .observe(document.body, {{ subtree: true, childList: true, characterData: true }});
            button.click();
            look();
        }})",
        tap + 1
    );
    let elapsed = page
        .eval(&script)
        .await?
        .as_f64()
        .ok_or("the tap has a duration")?;
    page.click_text("完成").await?;
    page.wait_for(
        "!document.querySelector('dialog[open]')",
        "the sheet to close",
    )
    .await?;
    Ok(elapsed)
}

fn numbers(values: &Value) -> Vec<f64> {
    values
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_f64)
        .collect()
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
