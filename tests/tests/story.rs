//! The story of first light, in real Chromium: a member checks in without signal, the server merges
//! it, a coordinator sees it; two phones count once; a killed server loses nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use shared::wire::{SyncResponse, Verdict};
use tests::bench::load::{self, Connection, Phone as PushingPhone};
use tests::browser::Page;
use tests::story::{Stage, Told, card_says, check_in, open_activity, says, tile, tile_shows};

const ATTENDANCES: &str = "参加人次";
const LEVELS: [&str; 4] = [
    "branch_coordinator",
    "town_coordinator",
    "county_coordinator",
    "city_coordinator",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_member_checks_in_without_signal_and_every_level_counts_it_once() -> Told {
    let mut stage = Stage::set().await?;
    let (desks, before) = coordinators_look(&stage).await?;
    let code = coordinator_shows_a_code(&desks[0].1).await?;
    let member_1 = stage.persona("member_1").await?;

    // Two phones of one member: the code that the coordinator showed, and another of the same
    // person. The coordinator's is for the first of the list, so both are asked for by name.
    let (first, second) = (stage.phone().await?, stage.phone().await?);
    let first_page = first.enrol(&member_1.code).await?;
    let again = stage.persona("member_1").await?;
    let second_page = second.enrol(&again.code).await?;
    let shown = stage.phone().await?;
    says(&shown.enrol(&code).await?, "今天的讲坛和活动").await?;

    let activity = open_activity(&first_page).await?;
    first.cable.cut().await;
    second.cable.cut().await;
    let first_page = check_in_without_signal(&first, first_page, &activity).await?;
    check_in(&second_page, &activity).await?;
    card_says(&second_page, &activity, "已保存").await?;

    first.cable.mend();
    says(&first_page, "未上传 0").await?;
    card_says(&first_page, &activity, "已上传").await?;
    for ((_, page), before) in desks.iter().zip(&before) {
        tile_shows(page, ATTENDANCES, before + 1).await?;
    }
    second.cable.mend();
    says(&second_page, "未上传 0").await?;
    two_pieces_count_once(&desks[0], &activity).await?;
    for ((_, page), before) in desks.iter().zip(&before) {
        tile_shows(page, ATTENDANCES, before + 1).await?;
    }

    let total = before[3] + 1;
    kill_while_phones_sync(&mut stage).await?;
    let page = &desks[3].1;
    page.reload().await?;
    tile_shows(page, ATTENDANCES, total).await?;
    let verified = stage.command(&["verify"]).await?;
    assert!(!verified.is_empty());
    for (_, page) in &desks {
        // A killed server leaves failed requests behind, and nothing else.
        let errors = page
            .errors()
            .into_iter()
            .filter(|error| !error.contains("net::ERR_"));
        assert_eq!(errors.collect::<Vec<_>>(), Vec::<String>::new());
    }
    Ok(())
}

/// Every level's coordinator signs in and looks at the totals; step 1 and the first half of step 2.
async fn coordinators_look(stage: &Stage) -> Told<(Vec<(tests::story::Phone, Page)>, Vec<i64>)> {
    let personas = stage.personas().await?;
    let (mut desks, mut totals) = (Vec::new(), Vec::new());
    for level in LEVELS {
        let persona = personas.iter().find(|persona| persona.persona == level);
        let persona = persona.ok_or("the demo city has a coordinator of each level")?;
        let desk = stage.desk().await?;
        let page = desk.enrol(&persona.code).await?;
        says(&page, "演示数据").await?;
        says(&page, "今天的讲坛和活动").await?;
        page.click_text("统计").await?;
        says(&page, &persona.organisation).await?;
        totals.push(tile(&page, ATTENDANCES).await?);
        desks.push((desk, page));
    }
    Ok((desks, totals))
}

/// The branch's coordinator sees the members and shows an enrolment code for one; step 2.
async fn coordinator_shows_a_code(page: &Page) -> Told<String> {
    page.click_text("成员").await?;
    page.click("main .list button").await?;
    page.click_text("生成绑定码").await?;
    page.wait_for(
        "document.querySelector('.code-card svg')",
        "the code to be drawn",
    )
    .await?;
    let code = "document.querySelector('.code-card-typed')?.innerText.match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/)?.[0]";
    let code = page.wait_for_value(code, "the code in letters").await?;
    page.click_text("关闭").await?;
    page.click_text("统计").await?;
    tile(page, ATTENDANCES).await?;
    Ok(code.as_str().unwrap_or_default().to_owned())
}

/// Reloads from the cache, checks in, closes the tab and finds the record again; step 3.
async fn check_in_without_signal(
    phone: &tests::story::Phone,
    page: Page,
    activity: &str,
) -> Told<Page> {
    page.reload().await?;
    card_says(&page, activity, "签到").await?;
    check_in(&page, activity).await?;
    card_says(&page, activity, "已保存").await?;
    says(&page, "未上传 1").await?;
    page.close().await?;
    let page = phone.open("/").await?;
    card_says(&page, activity, "已保存").await?;
    says(&page, "未上传 1").await?;
    Ok(page)
}

/// One attendance with two pieces of evidence; step 4.
async fn two_pieces_count_once(desk: &(tests::story::Phone, Page), activity: &str) -> Told {
    // Another tab would take the lead; the same one goes there and comes back.
    let page = &desk.1;
    page.eval(&format!("history.pushState(null, '', '/activities/{activity}'); dispatchEvent(new PopStateEvent('popstate'))")).await?;
    says(page, "2 份证据，算一次").await?;
    page.click_text("统计").await?;
    Ok(())
}

/// Phones push without pause while the server is killed; step 5.
async fn kill_while_phones_sync(stage: &mut Stage) -> Told {
    const PUSHES: usize = 40;
    let mut phones = Vec::new();
    for _ in 0..4 {
        for key in ["member_1", "member_2"] {
            let code = stage.persona(key).await?.code;
            phones.push(PushingPhone::enrol(stage.server.address(), &code)?);
        }
    }
    let address = stage.server.address();
    let bodies: Vec<Vec<Vec<u8>>> = phones
        .iter_mut()
        .map(|phone| phone.prepare(0, PUSHES))
        .collect();
    let acknowledged = AtomicUsize::new(0);
    let enough = phones.len() * PUSHES / 4;
    let counts: Vec<usize> = std::thread::scope(|scope| {
        let workers: Vec<_> = phones
            .iter()
            .zip(&bodies)
            .map(|(phone, bodies)| {
                let acknowledged = &acknowledged;
                scope.spawn(move || push_until_cut(address, phone, bodies, acknowledged))
            })
            .collect();
        let killer = scope.spawn(|| {
            while acknowledged.load(Ordering::Relaxed) < enough {
                std::thread::yield_now();
            }
            futures::executor::block_on(async { stage.server.kill_9().await })
        });
        killer.join().expect("the killer returns its errors")?;
        Ok::<_, Box<dyn std::error::Error>>(
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or(0))
                .collect(),
        )
    })?;
    let stored: usize = counts.iter().sum();
    assert!(
        stored >= enough && stored < phones.len() * PUSHES,
        "{stored} before the kill"
    );
    stage.server.restart().await?;
    let members = [0, 1].map(|first| (first..phones.len()).step_by(2).collect::<Vec<_>>());
    for own in &members {
        let kept = stored_changes(stage, &phones[own[0]])?;
        let expected: usize = own.iter().map(|&phone| counts[phone]).sum();
        assert!(
            kept >= expected,
            "{expected} were acknowledged, {kept} are there"
        );
    }
    for (phone, bodies) in phones.iter().zip(&bodies) {
        assert_eq!(
            push_until_cut(address, phone, bodies, &acknowledged),
            PUSHES
        );
    }
    for own in &members {
        assert_eq!(stored_changes(stage, &phones[own[0]])?, own.len() * PUSHES);
    }
    Ok(())
}

fn push_until_cut(
    address: std::net::SocketAddr,
    phone: &PushingPhone,
    bodies: &[Vec<u8>],
    acknowledged: &AtomicUsize,
) -> usize {
    let push = |connection: &mut Connection, body: &[u8]| -> Option<()> {
        let cookie = Some(phone.cookie.as_str());
        let answer = connection
            .post("/api/sync", shared::wire::CONTENT_TYPE, cookie, body)
            .ok()?;
        let response: SyncResponse = load::decode(&answer).ok()?;
        (response.verdicts == [Verdict::Stored]).then_some(())
    };
    let Ok(mut connection) = Connection::open(address) else {
        return 0;
    };
    let mut count = 0;
    for body in bodies {
        if push(&mut connection, body).is_none() {
            break;
        }
        count += 1;
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    count
}

fn stored_changes(stage: &Stage, phone: &PushingPhone) -> Told<usize> {
    let mut connection = Connection::open(stage.server.address())?;
    let body = phone.follow(0);
    let cookie = Some(phone.cookie.as_str());
    let answer = connection.post("/api/sync", shared::wire::CONTENT_TYPE, cookie, &body)?;
    let response: SyncResponse = load::decode(&answer)?;
    Ok(response
        .documents
        .iter()
        .map(|news| news.changes.len())
        .sum())
}
