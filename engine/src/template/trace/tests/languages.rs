//! Traces as the languages write them. Those with one signature differ in what must not count: lines, addresses, ids, versions.

use super::{check, of};

#[test]
fn python() {
    let frames = |line: u32, python: &str, id: &str| {
        format!(
            "Traceback (most recent call last):\n  File \"/usr/local/lib/{python}/site-packages/flask/app.py\", line {line}, in wsgi_app\n    \
             response = self.full_dispatch_request()\n  File \"/app/shop/orders/views.py\", line {line}, in show\n    order = load({id})\n            \
             ^^^^^^^^^\n  File \"/app/shop/orders/store.py\", line 7, in load\n    raise NotFound(id)\n\
             shop.errors.NotFound: no order {id}\nin the store"
        )
    };
    let expected = "shop.NotFound in orders.store.load < orders.views.show";
    check(&[
        (expected, &frames(12, "python3.11", "17")),
        (expected, &frames(1_200, "python3.12", "8f3a-77")),
        (
            "KeyError in main.run < main",
            "Traceback (most recent call last):\n  File \"/workspace/main.py\", line 9, in <module>\n    run()\n  \
             File \"/workspace/main.py\", line 3, in run\n    return [pick(k) for k in keys]\n  File \"/workspace/main.py\", line 3, in \
             <listcomp>\n    d[k]\nKeyError: 'a'",
        ),
        // Exceptions that have no capital letter.
        (
            "socket.timeout in jobs.fetch.get",
            "Traceback (most recent call last):\n  File \"/srv/jobs/fetch.py\", line 3, in get\n    s.recv(1)\nsocket.timeout: timed out",
        ),
        // No frame of the application: the message counts, without its values, and the innermost frame.
        (
            "asyncpg.TooManyConnectionsError: sorry, too many clients already (<*>) in asyncpg.connection.connect",
            "Traceback (most recent call last):\n  File \"/usr/lib/python3/dist-packages/asyncpg/connection.py\", line 2, in connect\n    \
             x()\nasyncpg.exceptions.TooManyConnectionsError: sorry, too many clients already (97)",
        ),
        // Cut off before it says what was raised.
        (
            "Stack trace in handlers.load",
            "Traceback (most recent call last):\n  File \"/app/handlers.py\", line 3, in load\n    raise Val",
        ),
        (
            "SyntaxError in jobs.run",
            "Traceback (most recent call last):\n  File \"/app/jobs/run.py\", line 3\n    def\n       ^\nSyntaxError: invalid syntax",
        ),
    ]);
}

#[test]
fn python_chains() {
    let first = "Traceback (most recent call last):\n  File \"/app/store.py\", line 3, in get\n    return d[k]\nKeyError: 'a'\n\n";
    let second = "Traceback (most recent call last):\n  File \"/app/api.py\", line 9, in load\n    get(k)\nfastapi.exceptions.HTTPException: 500";
    let during = "During handling of the above exception, another exception occurred:\n\n";
    let direct = "The above exception was the direct cause of the following exception:\n\n";
    let expected = "fastapi.HTTPException caused by KeyError in store.get";
    check(&[
        (expected, &format!("{first}{during}{second}")),
        (expected, &format!("request 17 failed\n{first}{direct}{second}")),
        ("KeyError in store.get", &format!("{first}{second}")),
        // The cause has no frame of the application: those of what came of it count.
        (
            "requests.ConnectionError caused by ConnectionRefusedError in client.fetch",
            "Traceback (most recent call last):\n  File \"/venv/lib/python3.11/site-packages/urllib3/connection.py\", line 174, in _new_conn\n    \
             conn = x()\nConnectionRefusedError: [Errno 111] Connection refused\n\nDuring handling of the above exception, another exception \
             occurred:\n\nTraceback (most recent call last):\n  File \"/app/client.py\", line 4, in fetch\n    requests.get(url)\n  File \
             \"/venv/lib/python3.11/site-packages/requests/api.py\", line 73, in get\n    x()\nrequests.exceptions.ConnectionError: \
             HTTPConnectionPool(host='10.0.0.1', port=80)",
        ),
        // Of a group of exceptions, the first.
        (
            "ExceptionGroup caused by ValueError in jobs.one",
            "  + Exception Group Traceback (most recent call last):\n  |   File \"/app/main.py\", line 3, in <module>\n  |     run()\n  | \
             ExceptionGroup: unhandled errors in a TaskGroup (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | Traceback \
             (most recent call last):\n    |   File \"/app/jobs.py\", line 3, in one\n    |     raise ValueError(1)\n    | ValueError: 1\n    \
             +---------------- 2 ----------------\n    | Traceback (most recent call last):\n    |   File \"/app/jobs.py\", line 7, in \
             two\n    | TypeError: 2",
        ),
    ]);
}

#[test]
fn java() {
    let spring = |line: u32, proxy: &str| {
        format!(
            "java.lang.IllegalStateException: order {line} is closed\n\tat com.acme.shop.OrderService.lambda$close$3(OrderService.java:{line})\n\tat \
             java.base/java.util.Optional.ifPresent(Optional.java:178)\n\tat com.acme.shop.OrderService.close(OrderService.java:4{line})\n\tat \
             com.acme.shop.OrderService$$EnhancerBySpringCGLIB$${proxy}.close(<generated>)\n\tat \
             jdk.internal.reflect.GeneratedMethodAccessor{line}.invoke(Unknown Source)\n\tat \
             app//com.acme.shop.OrderController.close(OrderController.java:{line}) ~[classes/:na]\n\tat \
             org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:205) ~[spring-web-5.3.9.jar:5.3.9]\n\t\
             at java.base/java.lang.Thread.run(Thread.java:829)"
        )
    };
    let expected = "IllegalStateException in OrderService.close < OrderController.close";
    check(&[
        (expected, &spring(12, "8f3a2b1c")),
        (expected, &spring(99, "12ab34cd")),
        (
            "ServletException caused by NullPointerException in Orders.find",
            "javax.servlet.ServletException: failed\n\tat com.acme.Filter.doFilter(Filter.java:60)\n\tat \
             org.eclipse.jetty.server.Server.handle(Server.java:1)\nCaused by: java.lang.NullPointerException\n\tat \
             com.acme.Orders.find(Orders.java:12)\n\t... 27 more",
        ),
        // What was suppressed is not what went wrong, nor is what caused it.
        (
            "IOException caused by TimeoutException in Reader.read",
            "java.io.IOException: closed\n\tat acme.Main.main(Main.java:1)\n\tSuppressed: java.lang.IllegalStateException: x\n\t\tat \
             acme.Closer.close(Closer.java:1)\n\tCaused by: acme.OtherException: y\n\t\tat acme.Other.run(Other.java:1)\nCaused by: \
             java.util.concurrent.TimeoutException: z\n\tat acme.Reader.read(Reader.java:1)\n\t... 1 more",
        ),
        // logback can write the cause first.
        (
            "ServletException caused by IllegalArgumentException in Orders.find",
            "java.lang.IllegalArgumentException: x\n\tat com.acme.Orders.find(Orders.java:12)\n\t... 2 common frames omitted\nWrapped by: \
             javax.servlet.ServletException: y\n\tat com.acme.Filter.doFilter(Filter.java:60)",
        ),
        // Frames alone.
        (
            "Stack trace in Orders.find < Main.main",
            "\tat com.acme.Orders.find(Orders.java:12)\n\tat com.acme.Main.main(Main.java:3)",
        ),
        (
            "Stack trace in Orders.find < Main.main",
            "\tat com.acme.Orders.find(Unknown Source)\n\tat com.acme.Main.main(SourceFile:3)",
        ),
    ]);
}

#[test]
fn kotlin_scala_and_causes_in_messages() {
    check(&[
        (
            "IllegalStateException in MainKt.main < Worker.run",
            "Exception in thread \"DefaultDispatcher-worker-3\" java.lang.IllegalStateException: boom 17\n\tat \
             com.acme.MainKt$main$1$2.invokeSuspend(Main.kt:7)\n\tat kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith(\
             ContinuationImpl.kt:33)\n\tat com.acme.Worker.run$default(Worker.kt:3)",
        ),
        (
            "MatchError in Jobs.load < Jobs.new",
            "scala.MatchError: 17 (of class java.lang.Integer)\n\tat com.acme.Jobs$.$anonfun$load$1(Jobs.scala:3)\n\tat \
             scala.collection.immutable.List.map(List.scala:293)\n\tat com.acme.Jobs.<init>(Jobs.scala:9)",
        ),
        (
            "SQLTransientConnectionException: <*> - Connection is not available, request timed out after <*> in HikariPool.createTimeoutException",
            "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.\n\tat \
             com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:695)\n\tat java.lang.Thread.run(Thread.java:829)",
        ),
        (
            "FSWriteError: IOException: No space left on device in FileUtils.handleFSError",
            "org.apache.cassandra.io.FSWriteError: java.io.IOException: No space left on device\n\tat \
             org.apache.cassandra.io.util.FileUtils.handleFSError(FileUtils.java:165)",
        ),
    ]);
}

#[test]
fn go() {
    let nil = |goroutine: u32, address: &str, line: u32| {
        format!(
            "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr={address} \
             pc={address}]\n\ngoroutine {goroutine} [running]:\ngithub.com/acme/shop/internal/orders.(*Service).Load(0x0, {{{address}, 0x5}})\n\t\
             /app/internal/orders/service.go:{line} +0x1f\ngithub.com/acme/shop/internal/api.handler.func1({{{address}, 0xc0}}, {address})\n\t\
             /app/internal/api/api.go:{line} +0x3b\nnet/http.HandlerFunc.ServeHTTP({address}, {{{address}, 0xc}}, {address})\n\t\
             /usr/local/go/src/net/http/server.go:2{line} +0x2f\ngithub.com/go-chi/chi/v5.(*Mux).ServeHTTP(...)\n\t\
             /go/pkg/mod/github.com/go-chi/chi/v5@v5.0.8/mux.go:73\ncreated by net/http.(*Server).Serve in goroutine 1\n\t\
             /usr/local/go/src/net/http/server.go:3086 +0x5cb"
        )
    };
    let expected = "panic: invalid memory address or nil pointer dereference in orders.Service.Load < api.handler";
    check(&[
        (expected, &nil(5, "0x7fd34f", 33)),
        (expected, &nil(98_765, "0xc000123456", 104)),
        (
            "panic: index out of range in main.pick < main.main",
            "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.pick(...)\n\t/app/main.go:9\n\
             main.main()\n\t/app/main.go:4 +0x1d\nexit status 2",
        ),
        (
            "panic: assignment to entry in nil map in main.main",
            "panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:4 +0x1d",
        ),
        // What stands above `panic(…)` has only told of it.
        (
            "panic in main.load",
            "2019/01/15 07:48:05 http: panic serving [::1]:54143: order 17\ngoroutine 24 [running]:\nnet/http.(*conn).serve.func1(0xc00007eaa0)\n\t\
             /usr/local/go/src/net/http/server.go:1746 +0xd0\nmain.recovered()\n\t/app/main.go:70 +0x1\npanic(0x12472a0, 0x12ece10)\n\t\
             /usr/local/go/src/runtime/panic.go:513 +0x1b9\nmain.load(0x12f0ea0)\n\t/app/main.go:8 +0x39",
        ),
        // Of a dump, the first goroutine that runs code of the application.
        (
            "fatal error: all goroutines are asleep - deadlock! in main.wait < main.main",
            "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.wait(0xc000)\n\t/app/main.go:9 +0x1\n\
             main.main()\n\t/app/main.go:4 +0x2\n\ngoroutine 18 [select]:\nmain.other()\n\t/app/other.go:3 +0x5",
        ),
        (
            "panic: concurrent map in main.put",
            "panic: concurrent map writes\ngoroutine 7 [running]:\nmain.put()\n\t/app/m.go:3 +0x5",
        ),
        (
            "goroutine dump in main.wait",
            "SIGQUIT: quit\nPC=0x46 m=0 sigcode=0\n\ngoroutine 0 [idle]:\nruntime.futex()\n\t/usr/local/go/src/runtime/sys.s:557 +0x21\n\n\
             goroutine 1 [select]:\nmain.wait()\n\t/app/main.go:9 +0x1",
        ),
        // As `%+v` of an error writes it.
        (
            "Stack trace in orders.Load < main.main",
            "no such order\ngithub.com/acme/shop/orders.Load\n\t/app/orders.go:3\nmain.main\n\t/app/main.go:9\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:250",
        ),
    ]);
}

#[test]
fn go_as_loggers_write_it() {
    check(&[
        (
            "panic in main.load",
            r#"time=2025-11-26T10:00:00Z level=ERROR msg="recovered" stack="goroutine 34 [running]:\nruntime/debug.Stack()\n\t/usr/local/go/src/runtime/debug/stack.go:24 +0x5e\nmain.guard.func1()\n\t/app/mw.go:3 +0x1\npanic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:770 +0x132\nmain.load(0x1)\n\t/app/main.go:3 +0x2""#,
        ),
        // As gin writes it.
        (
            "panic: integer divide by zero in Load",
            "2025/11/26 - 10:00:00 [Recovery] panic recovered:\nGET /orders/17 HTTP/1.1\nHost: x\n\nruntime error: integer divide by \
             zero\n/usr/local/go/src/runtime/panic.go:240 (0x44c5a5)\n\tpanicdivide: panic(divideError)\n/app/orders/handler.go:17 \
             (0x8f1a2b)\n\tLoad: return a / b\n/go/pkg/mod/github.com/gin-gonic/gin@v1.9.1/context.go:174 (0x8e1b11)\n\t(*Context).Next: \
             c.handlers[c.index](c)",
        ),
        // As a JSON logger of Kubernetes writes it.
        (
            "panic: invalid memory address or nil pointer dereference in deployer.Reconciler.Reconcile",
            r#"2025-10-20T14:45:06Z ERROR Observed a panic {"panic": "runtime error: invalid memory address or nil pointer dereference", "panicGoValue": "\\"x\\"", "stacktrace": "goroutine 279 [running]:\nk8s.io/apimachinery/pkg/util/runtime.logPanic({0x4201b18})\n\t/go/pkg/mod/k8s.io/apimachinery@v0.34.1/pkg/util/runtime/runtime.go:132 +0x94\npanic({0x31f96a0?})\n\t/usr/local/go/src/runtime/panic.go:783 +0x120\nacme.example/controller/deployer.(*Reconciler).Reconcile(0x4000, {{0x0?}})\n\t/workspace/deployer.go:273 +0x560"}"#,
        ),
        // Cut off.
        ("panic: integer divide by zero", "panic: runtime error: integer divide by zero\n\ngoroutine 1 [running]:"),
    ]);
}

#[test]
fn node_and_browsers() {
    let express = |line: u32, id: &str| {
        format!(
            "TypeError: Cannot read properties of undefined (reading 'id') of {id}\n    at OrderService.load (/app/src/services/orders.js:{line}:13)\n    at \
             async /app/src/routes/cart.js:{line}:5\n    at Layer.handle [as handle_request] (/app/node_modules/express/lib/router/layer.js:95:5)\n    \
             at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"
        )
    };
    let expected = "TypeError in services/orders.OrderService.load < routes/cart";
    check(&[
        (expected, &express(12, "a1")),
        (expected, &express(345, "b2")),
        (
            "Error caused by RangeError in jobs/run.pick",
            "Error: job 17 failed\n    at Object.<anonymous> (/app/index.js:3:9)\n    at Module._compile (node:internal/modules/cjs/loader:1105:14) {\n  \
             [cause]: RangeError: too far\n      at pick (/app/jobs/run.js:9:3)\n      at new Job (file:///app/jobs/job.mjs:1:2)\n}"
                .replace("\n      at new Job (file:///app/jobs/job.mjs:1:2)", "")
                .as_str(),
        ),
        (
            "AssertionError in main.check",
            "/app/main.8f3a2b1c.js:3\n  throw new AssertionError(x)\n  ^\n\nAssertionError [ERR_ASSERTION]: 1 == 2\n    at Object.check \
             (/app/main.8f3a2b1c.js:3:9)\n    at node:internal/main/run_main_module:17:47\n\nNode.js v18.12.1",
        ),
        (
            "AssertionError in main.check",
            "(node:17) UnhandledPromiseRejectionWarning: AssertionError [ERR_ASSERTION]: 3 == 4\n    at check (webpack:///./src/main.ts:9:1)",
        ),
        (
            "Error in payments/charge.charge < chunks.run",
            "UnhandledPromiseRejection: Error: x 17\n    at Object.charge (/workspace/dist/payments/charge.js:3:9)\n    at async Promise.all (index \
             0)\n    at run (/var/task/.next/server/chunks/1234.js:9:1)",
        ),
        // No frame of the application.
        (
            "Error: connect ECONNREFUSED <*> in net.TCPConnectWrap.afterConnect",
            "Error: connect ECONNREFUSED 10.0.0.7:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)",
        ),
    ]);
}

#[test]
fn ruby() {
    let expected = "NoMethodError in controllers/orders_controller.show < models/order.load";
    check(&[
        (
            expected,
            "NoMethodError (undefined method `total' for #<Order:0x007f8dd9a0c738>):\n\napp/controllers/orders_controller.rb:69:in `show'\n\
             app/models/order.rb:12:in `block (2 levels) in load'\nactionpack (5.1.4) lib/action_controller/metal.rb:63:in `call'",
        ),
        (
            expected,
            "NoMethodError: undefined method 'total' for nil\n/srv/app/controllers/orders_controller.rb:70:in 'OrdersController#show'\n\
             /srv/app/models/order.rb:13:in 'Order.load'\n/usr/local/bundle/gems/rack-2.2.3/lib/rack/head.rb:12:in 'Rack::Head#call'",
        ),
        (
            expected,
            "/srv/app/controllers/orders_controller.rb:70:in `show': undefined method `total' (NoMethodError)\n\tfrom \
             /srv/app/models/order.rb:13:in `rescue in load'\n\tfrom /usr/lib/ruby/3.0.0/net/http.rb:960:in `connect'",
        ),
        (
            "ActiveRecord::StatementInvalid caused by PG::ConnectionBad in pool.take",
            "ActiveRecord::StatementInvalid (PG::ConnectionBad: gone):\n\nlib/orders.rb:3:in `load'\n\nCaused by:\nPG::ConnectionBad \
             (gone)\n\nlib/pool.rb:3:in `take'"
                .replace("lib/pool.rb", "x/lib/pool.rb")
                .as_str(),
        ),
        (
            "JobError caused by KeyError in jobs/store.fetch < jobs/run.run",
            "jobs/run.rb:9:in `run': job failed (JobError)\n\tfrom main.rb:1:in `<main>'\njobs/store.rb:3:in `fetch': key not found: :a (KeyError)\n\t\
             from jobs/run.rb:7:in `run'",
        ),
    ]);
}

#[test]
fn php() {
    let expected = "OrderException in OrderController.load < OrderController.show";
    check(&[
        (
            expected,
            "PHP Fatal error:  Uncaught Acme\\Errors\\OrderException: no order 17 in /var/www/html/app/OrderController.php:12\nStack trace:\n#0 \
             /var/www/html/app/OrderController.php(30): Acme\\OrderController->load(17)\n#1 /var/www/html/vendor/laravel/framework/src/x.php(9): \
             Acme\\OrderController->show('(17)')\n#2 /var/www/html/public/index.php(51): Illuminate\\Kernel->handle(Object(Request))\n#3 {main}\n  \
             thrown in /var/www/html/app/OrderController.php on line 12"
                .replace("\n#2 /var/www/html/public/index.php(51): Illuminate\\Kernel->handle(Object(Request))", "")
                .as_str(),
        ),
        (
            expected,
            "[2025-11-26 10:00:00] production.ERROR: no order 18 {\"exception\":\"[object] (Acme\\Errors\\OrderException(code: 0): no order 18 at \
             /srv/app/OrderController.php:13)\n[stacktrace]\n#0 /srv/app/OrderController.php(31): Acme\\OrderController->load(18)\n#1 \
             /srv/vendor/laravel/framework/src/x.php(9): Acme\\OrderController->show(Array)\n\"}",
        ),
        (
            "Exception in test.load < test.run",
            "exception 'Exception' with message 'Custom 17' in /srv/test.php:5\nStack trace:\n#0 /srv/test.php(9): load()\n#1 \
             /srv/test.php(13): run()\n#2 {main}",
        ),
        ("Exception in test", "PHP Fatal error:  Uncaught Exception: x in /srv/test.php:5\nStack trace:\n#0 {main}\n  thrown in /srv/test.php on line 5"),
        (
            "ApiException caused by PDOException in Store.query",
            "PHP Fatal error:  Uncaught PDOException: gone in /app/Store.php:5\nStack trace:\n#0 /app/Api.php(9): Acme\\Store->query()\n#1 \
             {main}\n\nNext Acme\\ApiException: failed in /app/Api.php:11\nStack trace:\n#0 /app/index.php(3): Acme\\Api->run()\n#1 {main}",
        ),
    ]);
}

#[test]
fn dotnet() {
    let expected = "ShopException caused by TimeoutException in Orders.Load < Orders.Show";
    check(&[
        (
            expected,
            "Acme.ShopException: order 17 ---> System.TimeoutException: The operation has timed out.\r\n   at Acme.Orders.Load(Int32 id) in \
             c:\\src\\Orders.cs:line 33\r\n   at Acme.Orders.Show(Int32 id) in c:\\src\\Orders.cs:line 12\r\n   --- End of inner exception stack trace \
             ---\r\n   at Acme.Api.Run()",
        ),
        (
            expected,
            "Acme.ShopException: order 18\n ---> System.TimeoutException: The operation has timed out.\n   at \
             Acme.Orders.<Load>d__2.MoveNext() in /src/Orders.cs:line 34\n--- End of stack trace from previous location where exception was thrown \
             ---\n   at System.Runtime.CompilerServices.TaskAwaiter.ThrowForNonSuccess(Task task)\n   at \
             Acme.Orders.<>c__DisplayClass1_0.<Show>b__0(Int32 id) in /src/Orders.cs:line 13\n   --- End of inner exception stack trace ---\n   at \
             Acme.Api.Run() in /src/Api.cs:line 3",
        ),
        (
            "ApiException caused by SocketException in Orders.Post",
            "fail: Acme.Orders[0]\n      Failed.\nAcme.ApiException`1[Acme.Orders]: Failed.\n ---> System.AggregateException: One or more errors \
             occurred. (refused)\n ---> System.Net.Sockets.SocketException (10061): refused\n   at System.Net.Http.ConnectHelper.Connect(String \
             host)\n   --- End of inner exception stack trace ---\n   --- End of inner exception stack trace ---\n   at Acme.Orders.Post(Int32 id)",
        ),
        (
            "KeyNotFoundException in Cache.Get < Cache.new",
            "Unhandled exception. System.Collections.Generic.KeyNotFoundException: The given key '17' was not present in the dictionary.\n   at \
             System.Collections.Generic.Dictionary`2.get_Item(TKey key)\n   at Acme.Cache`1.Get[T](String key) in /src/Cache.cs:line 7\n   at \
             Acme.Cache..ctor()",
        ),
        (
            "SqlException: Login failed for user '<*>' in SqlInternalConnectionTds.new",
            "Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'u17'.\n   at \
             Microsoft.Data.SqlClient.SqlInternalConnectionTds..ctor(DbConnectionPoolIdentity identity)\n   at \
             System.Threading.Tasks.Task.Run()"
                .replace("'u17'.", "'u17'")
                .as_str(),
        ),
    ]);
}

#[test]
fn rust() {
    let trace = |line: u32, hash: &str| {
        format!(
            "thread 'tokio-runtime-worker' panicked at /rustc/9fc6b431/library/core/src/option.rs:{line}:5:\nno order {line}\nstack backtrace:\n   0: \
             rust_begin_unwind\n             at /rustc/9fc6b431/library/std/src/panicking.rs:{line}:5\n   1: core::panicking::panic_fmt\n             at \
             /rustc/9fc6b431/library/core/src/panicking.rs:72:14\n   2: shop::orders::load::{{{{closure}}}}::h{hash}\n             at \
             ./src/orders.rs:{line}:9\n   3: <shop::api::Api as tower::Service<R>>::call\n             at ./src/api.rs:{line}:1\n   4: \
             tokio::runtime::task::core::Core<T,S>::poll\n             at /home/app/.cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.35.1/src/\
             runtime/task/core.rs:328:17\nnote: Some details are omitted"
        )
    };
    let expected = "panic in orders::load < Api::call";
    check(&[
        (expected, &trace(12, "0123456789abcdef")),
        (expected, &trace(345, "fedcba9876543210")),
        (
            "panic in start::start < shop::main",
            "thread 'main' panicked at 'called `Option::unwrap()` on a `None` value', ../src/libcore/option.rs:323\nstack backtrace:\n   9:        \
             0x10ce116e4 - core::panicking::panic::h194ce5d68a8f28a1\n  10:        0x10c93f51b - \
             shop::commands::start::start::h6b60a98dd44df9c5\n  11:        0x10c941e41 - shop::main::h55d726a335e7525a",
        ),
        // Without a backtrace, the file and the message.
        (
            "panic in orders: index out of bounds",
            "thread 'main' panicked at src/orders.rs:3:5:\nindex out of bounds: the len is 3 but the index is 5\nnote: run with `RUST_BACKTRACE=1`",
        ),
        (
            "panic in orders: index out of bounds",
            "thread 'main' panicked at 'index out of bounds: the len is 4 but the index is 9', src/orders.rs:7:5\nnote: run with `RUST_BACKTRACE=1`",
        ),
    ]);
}

#[test]
fn another_type_or_another_frame_of_the_application_is_another_error() {
    let text = "java.lang.IllegalStateException: x\n\tat com.acme.Orders.load(Orders.java:1)\n\tat com.acme.Api.show(Api.java:2)";
    let own = of(text);
    for (from, to) in [("IllegalState", "NullPointer"), ("Orders.load", "Orders.save"), ("Api.show", "Api.list")] {
        assert_ne!(of(&text.replace(from, to)), own, "{to}");
    }
    assert_eq!(of(&text.replace("Orders.java:1", "Orders.java:7").replace(": x", ": y")), own);
}
