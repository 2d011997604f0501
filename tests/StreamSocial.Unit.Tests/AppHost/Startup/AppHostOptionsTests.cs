using Microsoft.Extensions.Configuration;
using StreamSocial.AppHost.Control;
using StreamSocial.AppHost.Startup;

namespace StreamSocial.Unit.Tests.AppHost.Startup;

public sealed class AppHostOptionsTests
{
    [Theory]
    [InlineData("http://0.0.0.0:5100", null, "Control:Url is http://0.0.0.0:5100, beyond loopback, without a control token")]
    [InlineData("http://*:5100", null, "Control:Url is http://*:5100, beyond loopback, without a control token")]
    [InlineData("5100", null, "Control:Url is '5100'; give an address")]
    [InlineData("https://127.0.0.1:5100", null, "Control:Url is 'https://127.0.0.1:5100'; give an address such as http://")]
    [InlineData("http://localhost:0", null, "http://localhost:0 asks for a free port of two addresses")]
    [InlineData("http://127.0.0.1:5100/x", null, "http://127.0.0.1:5100/x has a path")]
    [InlineData("http://192.0.2.1:5100", "token-of-this-test", "192.0.2.1 of http://192.0.2.1:5100 is no address of this machine.")]
    [InlineData(null, "short", "Control:Token has 5 characters")]
    public void From_ControlServerThatCannotBe_SaysWhatToDo(string? url, string? token, string expected)
    {
        var error = Assert.Throws<AppHostConfigurationException>(() => AppHostOptions.From(Configuration(url, token)));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5100", "token-of-this-test")]
    [InlineData("http://127.0.0.1:5100", null)]
    [InlineData("http://127.0.0.1:0", null)]
    [InlineData("http://127.0.0.1:5100/", null)]
    [InlineData("http://[::1]:0", null)]
    [InlineData("http://localhost:5100", null)]
    public void From_ControlServerThatIsSafe_IsTaken(string url, string? token) =>
        Assert.Equal((url, token), (AppHostOptions.From(Configuration(url, token)).Control.Url, token));

    /// <summary>On Windows nothing connects to the address that stands for all.</summary>
    [Theory]
    [InlineData("http://0.0.0.0:5100", "http://127.0.0.1:5100/")]
    [InlineData("http://[::]:5100", "http://127.0.0.1:5100/")]
    [InlineData("https://[::]:443", "https://127.0.0.1/")]
    [InlineData("http://localhost:5100", "http://localhost:5100/")]
    [InlineData("http://192.0.2.1:5100", "http://192.0.2.1:5100/")]
    [InlineData("http://[::1]:5100", "http://[::1]:5100/")]
    public void LocalAddressOf_WhereAServerListens_CanBeConnectedTo(string listened, string expected) =>
        Assert.Equal(expected, ControlEndpoint.LocalAddressOf(listened).ToString());

    /// <summary>The demo's cap is for the machine that shows it.</summary>
    [Theory]
    [InlineData(3_000)]
    [InlineData(0, "Traffic:Enabled=false")]
    [InlineData(500, "FeedGenerators:MaxEntriesPerSecond=500")]
    [InlineData(0, "FeedGenerators:MaxEntriesPerSecond=0")]
    [InlineData(700, "Streams:MaxEntriesPerSecond=700")]
    [InlineData(500, "Streams:MaxEntriesPerSecond=700", "FeedGenerators:MaxEntriesPerSecond=500")]
    public void From_CapOfFeedGenerators_IsTheGivenOneOrTheDemos(int expected, params string[] settings)
    {
        var configuration = Read(settings);

        Assert.Equal(expected, AppHostOptions.From(configuration).FeedGenerators.MaxEntriesPerSecond);
        Assert.Equal(expected == 3_000 ? 0 : expected, AppHostOptions.From(configuration, isRun: false).FeedGenerators.MaxEntriesPerSecond);
    }

    /// <summary>Nobody wants the demo's traffic in a deployment that did not ask for it.</summary>
    [Theory]
    [InlineData("Demo", "None")]
    [InlineData("Demo", "Demo", "Traffic:Enabled=true")]
    [InlineData("None", "None", "Traffic:Enabled=false")]
    [InlineData("Own", "Own", "Traffic:EventsPerSecond=500")]
    [InlineData("None", "None", "Traffic:EventsPerSecond=500", "Traffic:Enabled=false")]
    public void From_Traffic_IsTheDemosOnlyWhereItRuns(string running, string published, params string[] settings)
    {
        var configuration = Read(settings);

        Assert.Equal(running, $"{AppHostOptions.From(configuration).Traffic}");
        Assert.Equal(published, $"{AppHostOptions.From(configuration, isRun: false).Traffic}");
    }

    private static IConfiguration Read(string[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => (string?)pair[1])).Build();

    private static IConfiguration Configuration(string? url, string? token) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Control:Url", url), new("Control:Token", token)]).Build();
}
