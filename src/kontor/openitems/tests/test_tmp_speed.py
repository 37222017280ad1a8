import time, pytest, argparse
from kontor.openitems.tests.office import *
from kontor.openitems.tests.test_importing import HEAD
from kontor.openitems.commands import run_import
from kontor.openitems.models import OpenItem
from kontor.openitems.actions.allocating import *
from kontor.openitems.actions.undoing import cancel_run
from tests.builders import *
pytestmark = pytest.mark.usefixtures("database")
def test_speed(tmp_path):
    o=an_office(); n=8000
    rows=[f"receivable,{10000+i%3000+200000},Firma {i%3000},,RE-{i},,2026-03-{1+i%28:02d},2026-04-15,EUR,{100+i%900}.{i%100:02d},," for i in range(n)]
    p=tmp_path/"x.csv"; p.write_text("\n".join([HEAD,*rows])+"\n")
    t=time.perf_counter(); assert run_import(argparse.Namespace(file=p,tenant=o.tenant.code,json=True))==0
    t1=time.perf_counter()-t; print("import",n/t1,"items/s")
    t=time.perf_counter(); assert run_import(argparse.Namespace(file=p,tenant=o.tenant.code,json=True))==0
    print("again",n/(time.perf_counter()-t),"items/s")
    with o.open():
        items=list(OpenItem.objects.order_by("id")[:3000])
        lines=[BankTransaction(money_account_id=o.bank_id,identity=f"s{i}",booking_date=DAY,value_date=DAY,amount=it.amount,currency="EUR") for i,it in enumerate(items)]
        BankTransaction.objects.bulk_create(lines)
    t=time.perf_counter()
    for s in range(0,3000,1000):
        with o.open():
            done=bulk_allocate([Step(transaction_id=l.id,shares=(Share(item_id=i.id,cash=i.amount),)) for l,i in zip(lines[s:s+1000],items[s:s+1000])],run_key="r",is_automatic=True,at=NOW,by=None)
            assert all(d.refusal is None for d in done)
    print("bulk allocate",3000/(time.perf_counter()-t),"/s")
    t=time.perf_counter()
    k=0
    while True:
        with o.open():
            u=cancel_run("r",day=DAY,at=NOW,by=None)
        if not u.entry_ids: break
        k+=len(u.entry_ids)
    print("cancel run",k/(time.perf_counter()-t),"/s")
    t=time.perf_counter()
    for i in range(30):
        with o.open(): allocate(lines[i].id,[Share(item_id=items[i].id,cash=items[i].amount)],at=NOW,by=o.clerk)
    print("single",30/(time.perf_counter()-t),"/s")
    t=time.perf_counter()
    with o.open(): assert_books_hold()
    print("check", time.perf_counter()-t)
