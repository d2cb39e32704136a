//! Ledgers and figures as files, and who may not take them away.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use server::config::Limits;
use shared::codes::Code;
use tests::http::{Answer, Phone, TestServer};
use uuid::Uuid;

use crate::city::{
    BRANCH, COORDINATOR, COUNTY, COUNTY_COORDINATOR, HOST, MEMBER, OTHER_BRANCH, ROOT, check_in,
    member, organisation, planned, serve,
};
use crate::matters::{NUMBER, accept, asked};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async fn get(phone: &Phone, address: &str) -> Answer {
    phone.request("GET", address).send().await
}

/// Returns the lines of a CSV without the mark before them; none of these tests has a comma in a cell.
fn lines(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{:?}", answer.code());
    let text = String::from_utf8(answer.body.clone()).unwrap();
    let text = text
        .strip_prefix('\u{feff}')
        .expect("Excel is told the encoding");
    assert!(text.ends_with("\r\n"));
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let cells = |line: &str| line.split(',').count();
    assert!(lines.iter().all(|line| cells(line) == cells(&lines[0])));
    lines
}

/// The county's coordinator's phone, once a member has checked in, and the stranger's service at the
/// branch is accepted.
async fn busy(server: &TestServer) -> Phone {
    let (_, activity) = planned(server).await;
    let mut phone = server.phone(member(MEMBER)).await;
    phone.enter(check_in(activity)).await.unwrap();
    let (mut coordinator, _, _) = asked(server).await;
    for view in coordinator.engine.matters() {
        coordinator.enter(accept(&view)).await.unwrap();
    }
    server.settled().await;
    server.phone(member(COUNTY_COORDINATOR)).await
}

#[tokio::test]
async fn every_ledger_is_a_csv_with_what_is_there() {
    let server = serve().await;
    let county = busy(&server).await;
    let attendance = get(&county, "/api/export/attendance.csv").await;
    assert_eq!(
        attendance.header("content-length"),
        None,
        "it leaves as it is read"
    );
    assert!(
        attendance
            .header("content-type")
            .unwrap()
            .starts_with("text/csv")
    );
    let disposition = attendance.header("content-disposition");
    assert_eq!(disposition, Some("attachment; filename=\"attendance.csv\""));
    let attendance = lines(&attendance);
    assert_eq!(attendance.len(), 2);
    assert!(attendance[0].starts_with("日期,开始时间,结束时间,县区,镇街,组织,主题"));
    let begin =
        "2026-11-22,2026-11-22 10:00,2026-11-22 12:00,高要区,回龙镇,组织001001001001,初心讲坛";
    assert!(attendance[1].starts_with(begin), "{}", attendance[1]);
    assert!(attendance[1].contains(",党员2,组织001001001001,到场,2026-11-22 10:00,D,待确认,"));

    let activities = lines(&get(&county, "/api/export/activities.csv").await);
    assert!(activities[1].starts_with(begin) && activities[1].ends_with(",1,0,0,0,1,1,0"));

    let registrations = lines(&get(&county, "/api/export/registrations.csv").await);
    assert_eq!(registrations.len(), 2);
    assert!(registrations[1].contains(",党员4,组织001001001002,,,138****1234,区司法局,"));
    assert!(registrations[1].contains(",已接收,欢迎,党员1,"));
    assert!(!registrations[1].contains(NUMBER));

    let service = lines(&get(&county, "/api/export/service.csv").await);
    assert_eq!(service.len(), 2);
    assert!(
        service[1].contains(",110,1.8,5,社区大院,'=1+1,党员1,"),
        "{}",
        service[1]
    );

    let later = "/api/export/attendance.csv?from=2026-11-23&to=2026-11-30";
    assert_eq!(lines(&get(&county, later).await).len(), 1);
    let other = format!(
        "/api/export/attendance.csv?organisation={}",
        organisation(OTHER_BRANCH)
    );
    assert_eq!(lines(&get(&county, &other).await).len(), 1);
}

#[tokio::test]
async fn a_workbook_holds_the_same_and_says_how_long_it_is() {
    let server = serve().await;
    let county = busy(&server).await;
    for (table, title) in [
        ("attendance", "签到台账"),
        ("activities", "活动台账"),
        ("registrations", "双报到台账"),
        ("service", "服务台账"),
    ] {
        let answer = get(&county, &format!("/api/export/{table}.xlsx")).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some(XLSX));
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(&*length));
        let mut workbook = Xlsx::new(Cursor::new(answer.body)).unwrap();
        assert_eq!(workbook.sheet_names(), [title]);
        let sheet = workbook.worksheet_range(title).unwrap();
        let text = get(&county, &format!("/api/export/{table}.csv")).await;
        assert_eq!(sheet.height(), lines(&text).len(), "{table}");
    }
    let answer = get(&county, "/api/export/service.xlsx").await;
    let mut workbook = Xlsx::new(Cursor::new(answer.body)).unwrap();
    let formulas = workbook.worksheet_formula("服务台账").unwrap();
    assert!(
        formulas.used_cells().next().is_none(),
        "what people wrote is text"
    );
    let sheet = workbook.worksheet_range("服务台账").unwrap();
    assert!(
        sheet
            .used_cells()
            .any(|(_, _, cell)| *cell == Data::String("=1+1".to_owned()))
    );
}

#[tokio::test]
async fn figures_are_a_workbook_of_tables_or_one_of_them() {
    let server = serve().await;
    let county = busy(&server).await;
    let answer = get(&county, "/api/export/figures.xlsx").await;
    let workbook = Xlsx::new(Cursor::new(answer.body)).unwrap();
    let sheets = ["主要数字", "分类", "下级组织", "按日", "按月", "场所"];
    assert_eq!(workbook.sheet_names(), sheets);
    let figures = lines(&get(&county, "/api/export/figures.csv").await);
    assert_eq!(figures[0], "指标,本期,上期,现有待办,其中超过七天");
    assert_eq!(figures[1], "活动场次,1,0,,");
    let days = lines(&get(&county, "/api/export/figures.csv?part=days").await);
    assert!(days[1].starts_with("2026-11-22,1,"), "{}", days[1]);
    let beneath = lines(&get(&county, "/api/export/figures.csv?part=organisations").await);
    assert!(
        beneath[1].starts_with("高要区,回龙镇,组织001001001,1,"),
        "{}",
        beneath[1]
    );
    for wrong in [
        "figures.csv?part=people",
        "figures.csv?progress=soon",
        "service.csv?from=soon",
    ] {
        let answer = get(&county, &format!("/api/export/{wrong}")).await;
        answer.expect_error(400, Code::RequestMalformed);
    }
    for nothing in ["people.csv", "service.pdf", "service"] {
        let answer = get(&county, &format!("/api/export/{nothing}")).await;
        answer.expect_error(404, Code::NotFound);
    }
}

#[tokio::test]
async fn who_does_not_oversee_takes_nothing_away_and_the_log_tells_of_everybody() {
    let server = serve().await;
    let coordinator = server.phone(member(COORDINATOR)).await;
    for table in [
        "attendance",
        "registrations",
        "service",
        "activities",
        "figures",
    ] {
        for number in [HOST, MEMBER] {
            let phone = server.phone(member(number)).await;
            let answer = get(&phone, &format!("/api/export/{table}.csv")).await;
            answer.expect_error(403, Code::Forbidden);
        }
        for above in [ROOT, COUNTY, OTHER_BRANCH] {
            let address = format!(
                "/api/export/{table}.xlsx?organisation={}",
                organisation(above)
            );
            get(&coordinator, &address)
                .await
                .expect_error(403, Code::Forbidden);
        }
        let address = format!("/api/export/{table}.csv");
        let nobody = server.request("GET", &address).send().await;
        nobody.expect_error(401, Code::NotSignedIn);
    }
    let mine = "/api/export/attendance.csv?from=2026-11-01&to=2026-11-22";
    assert_eq!(get(&coordinator, mine).await.status, 200);
    let log = server.store().audit_log(100).await.unwrap();
    let mut exported = log
        .iter()
        .filter(|record| record.event == "ledger_exported");
    let last = exported.next().expect("it was noted");
    let object = format!("attendance.csv {BRANCH} 2026-11-01 2026-11-22");
    assert_eq!((&last.object, &*last.result), (&object, "ok"));
    assert_eq!(last.member, Some(member(COORDINATOR)));
    assert_eq!(
        exported
            .filter(|record| record.result == "forbidden")
            .count(),
        25
    );
}

#[tokio::test]
async fn one_export_too_many_is_sent_away_and_of_a_finished_one_nothing_is_known() {
    let mut server = serve().await;
    let coordinator = server.phone(member(COORDINATOR)).await;
    let name = Uuid::now_v7();
    let address = format!("/api/export/activities.csv?progress={name}");
    assert_eq!(get(&coordinator, &address).await.status, 200);
    for unknown in [name.to_string(), "x".to_owned()] {
        let progress = format!("/api/export/progress/{unknown}");
        get(&coordinator, &progress)
            .await
            .expect_error(404, Code::NotFound);
    }
    server.restart_with(Limits {
        exports: 0,
        ..Limits::default()
    });
    let request = server.request("GET", "/api/export/activities.csv");
    let answer = request.cookie(&coordinator.cookie).send().await;
    answer.expect_error(503, Code::ExportsBusy);
    assert!(answer.header("retry-after").is_some());
}
