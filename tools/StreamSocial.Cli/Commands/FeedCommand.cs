using System.CommandLine;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Spectre.Console;
using StreamSocial.Cli.Clients;

namespace StreamSocial.Cli.Commands;

/// <summary><c>feed</c>: a user's feed as it is, and as it becomes.</summary>
internal sealed class FeedCommand : Command
{
    private const string FeedsVariable = "services__feed-generator-1__http__0";
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Argument<string> _user = new("user") { Description = "Whose feed.", HelpName = "USER" };
    private readonly Option<Uri?> _feeds = ControlOptionsOfCommands.Address(
        "--feeds", $"Address of any feed generator; default from {FeedsVariable}, or asked of the control server.", FeedsVariable);

    private readonly Option<Uri?> _control = ControlOptionsOfCommands.Control();
    private readonly Option<int> _limit = SharedOptions.Between("--limit", "Most entries, 1 to 1000.", 1, 1_000, 20);
    private readonly Option<bool> _follow = new("--follow") { Description = "Ask again each second and show what is new, until Ctrl-C." };
    private readonly IAnsiConsole _console;

    public FeedCommand(IAnsiConsole console)
        : base("feed", "Show a user's feed, oldest of its newest entries first, each with the trace in which it came, where the owner knows it.")
    {
        _console = console;
        Add(_user);
        Add(_feeds);
        Add(_control);
        Add(_limit);
        Add(_follow);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        var feeds = parsed.GetValue(_feeds) ?? await FindAsync(http, parsed.GetValue(_control), cancellationToken);
        var (user, follow) = (Uri.EscapeDataString(parsed.GetValue(_user)!), parsed.GetValue(_follow));
        var news = new FeedNews(parsed.GetValue(_limit), (query, token) => ReadAsync(http, new Uri(feeds, $"v1/feeds/{user}?{query}"), follow, token));
        while (true)
        {
            foreach (var entry in await news.TakeAsync(cancellationToken))
                _console.WriteLine(Line(entry));
            if (!follow)
                return ExitCodes.Done;
            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private static async Task<FeedPage> ReadAsync(HttpClient http, Uri address, bool isPatient, CancellationToken cancellationToken)
    {
        using var answer = isPatient
            ? await PatientClient.GetAsync(http, address, reason => Console.Error.WriteLine($"streamsocial: {address}: {reason}; asked again for up to {ClientRules.RepeatFor.TotalSeconds:0} s."), TimeProvider.System, cancellationToken)
            : await http.GetAsync(address, cancellationToken);
        return await ReadAsync(answer, address, cancellationToken);
    }

    private static async Task<FeedPage> ReadAsync(HttpResponseMessage answer, Uri address, CancellationToken cancellationToken)
    {
        if (!answer.IsSuccessStatusCode)
            throw new ToolException($"{address} answered {(int)answer.StatusCode}: {Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken))}");
        try
        {
            return await answer.Content.ReadFromJsonAsync<FeedPage>(Json, cancellationToken) is { Entries: not null } page ? page : throw new JsonException("It has no entries.");
        }
        // An unknown character set is told as an invalid operation.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ToolException($"{address} answered something else than a feed; is it a feed generator? {e.Message}", e);
        }
    }

    private static async Task<Uri> FindAsync(HttpClient http, Uri? control, CancellationToken cancellationToken)
    {
        if (control is null)
            throw new ToolException("Which feed generator? Any one will do: give --feeds, or --control with the address that the AppHost prints at its start (without the path).");
        return (await ControlOptionsOfCommands.Client(http, control, token: null).GetResourcesAsync(cancellationToken))
            .FirstOrDefault(resource => resource is { IsHealthy: true, HttpUrl: not null } && resource.Name.StartsWith("feed-generator-", StringComparison.Ordinal))?.HttpUrl
            ?? throw new ToolException($"The AppHost at {control} runs no healthy feed generator.");
    }

    private static string Line(FeedEntry entry)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(entry.OccurredAt).ToString("u", CultureInfo.InvariantCulture);
        var trace = entry.TraceId is { } known ? $"  trace {known}" : "";
        return $"{at}  {entry.Type,-7}  {entry.AuthorId}  {entry.ContentId}  {entry.Text?.ReplaceLineEndings(" ")}{trace}";
    }
}

/// <summary>What is new in a feed. That may be more than fits into a page, and an answer has a bound in bytes too, so it is read page by page.</summary>
/// <param name="limit">Most entries at first, and of each page.</param>
/// <param name="read">Reads a page, given the query.</param>
internal sealed class FeedNews(int limit, Func<string, CancellationToken, Task<FeedPage>> read)
{
    private readonly HashSet<(string AuthorId, string ActionId)> _shown = [];

    /// <summary>Time of the oldest entry that was shown at first, if older ones were left out: they are not new when one before them is taken back. Null before.</summary>
    private long? _oldest;

    /// <summary>The newest entries at first, and then those that are new each time.</summary>
    /// <returns>Oldest first.</returns>
    public async Task<IReadOnlyList<FeedEntry>> TakeAsync(CancellationToken cancellationToken)
    {
        var (isFirst, found, before) = (_oldest is null, new List<FeedEntry>(), "");
        while (true)
        {
            var page = await read($"limit={(isFirst ? limit - found.Count : limit)}{before}", cancellationToken);
            var (count, isOld) = (found.Count, page.Entries.Any(entry => entry.OccurredAt < _oldest));
            found.AddRange(page.Entries.Where(entry => !(entry.OccurredAt < _oldest) && _shown.Add((entry.AuthorId, entry.ActionId))));
            if (page.Next is null || isOld || found.Count == count || (isFirst && found.Count >= limit))
            {
                if (isFirst)
                    _oldest = page.Next is null ? long.MinValue : found.Select(entry => entry.OccurredAt).DefaultIfEmpty(long.MinValue).Min();
                found.Reverse();
                return found;
            }
            before = $"&before={Uri.EscapeDataString(page.Next)}";
        }
    }
}

/// <summary>A page of a feed, newest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Next">Where older ones go on; null without any.</param>
internal sealed record FeedPage(IReadOnlyList<FeedEntry> Entries, string? Next = null);

/// <summary>An entry of a feed as the read API gives it.</summary>
internal sealed record FeedEntry(long OccurredAt, string Type, string AuthorId, string ActionId, string? ContentId = null, string? Text = null, string? TraceId = null);
