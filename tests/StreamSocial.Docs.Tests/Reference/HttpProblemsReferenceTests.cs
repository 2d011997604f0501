using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using StreamSocial.AppHost.Control;
using StreamSocial.ServiceDefaults.Http;

namespace StreamSocial.Docs.Tests.Reference;

/// <summary>docs/reference/http-problems.md, from what the services' endpoints say that they answer.</summary>
/// <remarks>That they answer nothing else is tested by the contract test of the services.</remarks>
public sealed class HttpProblemsReferenceTests
{
    private const string Introduction = """
        # Problems of the HTTP API

        Generated from the services' endpoints; a test fails when it is out of date
        (`UPDATE_DOCS=1 dotnet test tests/StreamSocial.Docs.Tests` writes it again).

        Every answer from 400 on is problem details ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457),
        `application/problem+json`). Its `status` is the answer's, its `reason` one of those below and for
        programs, its `detail` for people. `errors` of `invalid` has the broken rules by field, parameter or
        header. With 429 and 503, ingest and the feeds say in `Retry-After` when a repeat may succeed. What
        a client does wrong is logged at level debug only.

        ## Any request

        """;

    private static readonly (string Title, Func<WebApplication> Create)[] Apis =
    [
        ("Ingest", () => Service("ingest")), ("Feeds", () => Service("feed-generator")), ("Autoscaler", () => Service("autoscaler")),
        ("Dashboard", () => Service("dashboard")), ("Control server of the AppHost", Control),
    ];

    [Fact]
    public async Task Reference_OfProblems_IsWhatTheEndpointsSay()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        text.Append('\n');
        WriteTable(text, ApiProblems.OfAnyRequest.Select(kind => (kind, "any")), withOperations: false);
        foreach (var (title, create) in Apis)
        {
            await using var app = create();
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
            WriteTable(text, ProblemsOf(app), withOperations: true);
        }

        GeneratedDocument.Verify("http-problems.md", text.ToString());
    }

    private static WebApplication Service(string name)
    {
        var app = ServiceApps.Create(name).Build();
        ServiceApps.Map(name, app);
        return app;
    }

    private static WebApplication Control()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddHttpApi();
        var app = builder.Build();
        // Only asked for what they answer, so they need no application behind them.
        app.MapScale(null!);
        app.MapResources(null!, null!, null!, CancellationToken.None);
        return app;
    }

    private static IEnumerable<(ProblemKind Kind, string Operation)> ProblemsOf(IEndpointRouteBuilder app) =>
        from endpoint in app.DataSources.SelectMany(source => source.Endpoints)
        from problems in endpoint.Metadata.GetOrderedMetadata<AnsweredProblems>()
        from kind in problems.Kinds
        let name = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName
        where name is not null
        select (kind, name);

    private static void WriteTable(StringBuilder text, IEnumerable<(ProblemKind Kind, string Operation)> problems, bool withOperations)
    {
        text.Append(withOperations ? "| Status | Reason | Meaning | What to do | Operations |\n|---|---|---|---|---|\n" : "| Status | Reason | Meaning | What to do |\n|---|---|---|---|\n");
        foreach (var kind in problems.GroupBy(problem => problem.Kind, problem => problem.Operation).OrderBy(kind => kind.Key.Status).ThenBy(kind => kind.Key.Reason, StringComparer.Ordinal))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {kind.Key.Status} | `{kind.Key.Reason}` | {GeneratedDocument.Cell(kind.Key.Meaning)} | {GeneratedDocument.Cell(kind.Key.Remedy)} |");
            if (withOperations)
                text.Append(CultureInfo.InvariantCulture, $" {string.Join(", ", kind.Distinct().Order(StringComparer.Ordinal))} |");
            text.Append('\n');
        }
    }
}
