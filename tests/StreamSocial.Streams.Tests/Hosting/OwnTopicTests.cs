using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;
using StreamSocial.Streams.Tests.Cluster;

namespace StreamSocial.Streams.Tests.Hosting;

/// <summary>An application's own topics are all that the runtime needs.</summary>
public sealed class OwnTopicTests
{
    [Fact]
    public async Task Stage_OnTopicsOfTheApplication_ProcessesAndReportsThere()
    {
        await using var cluster = new TestCluster();
        await using var member = await TestMember.StartAsync(cluster, "only");
        await member.WaitForTasksAsync(2 * TestTopics.Partitions);

        cluster.Send("a");
        cluster.Send("a");
        cluster.Send("b");
        await Expect.EventuallyAsync("the second stage has the last numbers of a and b", () => member.EntriesChecked == 2 + 1, () => $"{member.EntriesChecked}");

        Assert.Equal("test-application", member.Options.GroupId);
        Assert.Contains("only", member.Members.Current.Members.Keys);
    }

    [Fact]
    public void GroupId_Configured_WinsOverTheApplicationsId() =>
        Assert.Equal("mine", Build(TestTopics.Application, ("Streams:GroupId", "mine")).Services.GetRequiredService<IOptions<StreamsOptions>>().Value.GroupId);

    [Fact]
    public void Stage_OnATopicThatIsNotDeclared_IsRefusedWithTheDeclaredOnes()
    {
        var app = Build(TestTopics.Application);
        Assert.Contains(
            "Topic 'unheard-of' is not declared; the application's topics are lines,",
            Assert.Throws<KeyNotFoundException>(app.Services.GetRequiredService<StreamsRuntime>).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://10.0.0.7:8080", null, false)]
    [InlineData("http://10.0.0.7:8080", "10.0.0.0/8", true)]
    [InlineData("http://10.0.0.7:8080/feeds", "10.0.0.0/8", false)]
    [InlineData("http://127.0.0.1:8080", null, true)]
    public void AdvertisedEndpoint_ThatNoMemberWouldBelieve_IsRefused(string endpoint, string? hosts, bool isTaken)
    {
        var app = Build(TestTopics.Application, ("Streams:AdvertisedEndpoint", endpoint), ("Peers:AllowedHosts", hosts ?? ""));

        var error = Record.Exception(() => app.Services.GetRequiredService<IOptions<StreamsOptions>>().Value);

        Assert.Equal(isTaken ? null : "Streams:AdvertisedEndpoint", error?.Message.Split(' ')[0]);
    }

    private static WebApplication Build(StreamsApplication application, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Append(("ConnectionStrings:kafka", "127.0.0.1:1")).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddStreams(application)
            .AddStage(_ => new StageDefinition("stage", "unheard-of", "unheard-of-state", context => new SequenceCheckProcessor(context, () => { })));
        return builder.Build();
    }
}
