using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamSocial.Hosting.Kafka.Embedded;
using StreamSocial.Kafka.Hosting;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Kafka.Tests.Streams.Membership;

public sealed class MembersViewTests
{
    private const string Topic = "some-members";

    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task TryGetOwner_MemberReportsThenLeaves_IsKnownThenGone()
    {
        var token = TestContext.Current.CancellationToken;
        await using var cluster = EmbeddedKafkaCluster.Start();
        using var host = await StartAsync(cluster, token);
        var view = host.Services.GetRequiredService<IMembersView>();
        using var producer = new ProducerBuilder<string, byte[]?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, Acks = Acks.All }).Build();

        await Report(new Member { MemberId = "me", Endpoint = "http://127.0.0.1:8080", ReportedAt = 1, Topics = { new MemberTopic { Topic = "t", Partitions = { 4 }, NextOffsets = { -1 }, CommittedOffsets = { -1 } } } });
        await Until.TrueAsync("member is seen", () => view.TryGetOwner("t", 4, out _), () => $"{view.Current.Members.Count} members", WaitTimeout);
        Assert.True(view.TryGetOwner("t", 4, out var owner));
        Assert.Equal(new PartitionOwner("me", new Uri("http://127.0.0.1:8080"), IsSelf: true), owner);
        Assert.False(view.TryGetOwner("t", 5, out _));

        await Report(null);
        var snapshot = view.Current;
        while (!snapshot.Members.IsEmpty)
            snapshot = await view.WaitForNewerAsync(snapshot.Version, token).WaitAsync(WaitTimeout, token);
        Assert.False(view.TryGetOwner("t", 4, out _));
        await host.StopAsync(token);

        Task Report(Member? member) =>
            producer.ProduceAsync(Topic, new Message<string, byte[]?> { Key = "me", Value = member?.ToByteArray() }, token);
    }

    /// <summary>What anybody may write to the topic, and does: none of it ends the view, none of it is a member.</summary>
    private static readonly (string? Key, byte[]? Value)[] Foreign =
    [
        ("garbage", "garbage"u8.ToArray()),
        ("garbage", [0xff, 0xff, 0xff, 0xff, 0x7f]),
        ("empty", []),
        ("", []),
        (null, "x"u8.ToArray()),
        (null, null),
        ("never-there", null),
        ("other", Valid("somebody").ToByteArray()),
        ("negative", Valid("negative", -1).ToByteArray()),
        ("huge", Valid("huge", int.MaxValue).ToByteArray()),
        ("nan", new Member(Valid("nan")) { TrueRate = double.NaN }.ToByteArray()),
        ("times", new Member(Valid("times")) { StartedAt = long.MaxValue }.ToByteArray()),
        ("counts", new Member(Valid("counts")) { Counters = new MemberCounters { EntriesLost = long.MaxValue } }.ToByteArray()),
        ("lengths", new Member(Valid("lengths")) { Topics = { new MemberTopic { Topic = "other", Partitions = { 1, 2 }, NextOffsets = { 0 }, CommittedOffsets = { 0, 0 } } } }.ToByteArray()),
        ("twice", new Member(Valid("twice")) { Topics = { Valid("twice").Topics } }.ToByteArray()),
    ];

    [Fact]
    public async Task Current_ForeignRecords_AreNoMembersAndEndNothing()
    {
        var token = TestContext.Current.CancellationToken;
        await using var cluster = EmbeddedKafkaCluster.Start();
        using var host = await StartAsync(cluster, token);
        var view = host.Services.GetRequiredService<IMembersView>();
        foreach (var (key, value) in Foreign)
            await ProduceAsync(cluster, key is null ? null : Encoding.UTF8.GetBytes(key), value, Timestamp.Default);
        var laterVersion = new Member(Valid("later")).ToByteArray().Concat(new byte[] { 0x9a, 0x3f, 1, 7 }).ToArray();
        await ProduceAsync(cluster, "later"u8.ToArray(), laterVersion, Timestamp.Default);

        await Until.TrueAsync("the member is seen", () => view.TryGetOwner("t", 4, out _), () => $"{view.Current.Members.Count} members", WaitTimeout);
        Assert.Equal(["later"], view.Current.Members.Keys);
        await host.StopAsync(token);
    }

    [Fact]
    public async Task Current_OneMembersClockIsAnHourAhead_AllAreAlive()
    {
        var token = TestContext.Current.CancellationToken;
        await using var cluster = EmbeddedKafkaCluster.Start();
        using var host = await StartAsync(cluster, token);
        var view = host.Services.GetRequiredService<IMembersView>();
        var now = TimeProvider.System.GetUtcNow();
        var ahead = now.AddHours(1);
        await ProduceAsync(cluster, "right"u8.ToArray(), new Member(Valid("right")) { ReportedAt = now.ToUnixTimeMilliseconds() }.ToByteArray(), new Timestamp(now));
        await ProduceAsync(cluster, "ahead"u8.ToArray(), new Member(Valid("ahead", 5)) { ReportedAt = ahead.ToUnixTimeMilliseconds() }.ToByteArray(), new Timestamp(ahead));

        await Until.TrueAsync("the later one is seen", () => view.TryGetOwner("t", 5, out _), () => $"{view.Current.Members.Count} members", WaitTimeout);
        Assert.True(view.TryGetOwner("t", 4, out _));
        var snapshot = view.Current;
        var reading = GroupReading.Create(ahead, [], [.. snapshot.Members.Values], TimeSpan.FromSeconds(10), snapshot.Clock!.At(TimeProvider.System.GetUtcNow()));
        Assert.All(snapshot.Members.Values, member => Assert.False(reading.IsSilent(member)));
        await host.StopAsync(token);
    }

    private static Member Valid(string id, int partition = 4) => new()
    {
        MemberId = id,
        Endpoint = "http://127.0.0.1:8080",
        Topics = { new MemberTopic { Topic = "t", Partitions = { partition }, NextOffsets = { 7 }, CommittedOffsets = { -1 } } },
    };

    private static async Task<IHost> StartAsync(EmbeddedKafkaCluster cluster, CancellationToken token)
    {
        cluster.CreateTopic(Topic, 1, 3);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:kafka"] = cluster.BootstrapServers, ["Members:SelfMemberId"] = "me" });
        builder.AddStreamSocialKafka();
        builder.AddMembersView(Topic);
        var host = builder.Build();
        await host.StartAsync(token);
        return host;
    }

    private static async Task ProduceAsync(EmbeddedKafkaCluster cluster, byte[]? key, byte[]? value, Timestamp timestamp)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = cluster.BootstrapServers, Acks = Acks.All }).Build();
        await producer.ProduceAsync(
            Topic, new Message<byte[]?, byte[]?> { Key = key, Value = value, Timestamp = timestamp, Headers = new Headers { { "traceparent", null } } },
            TestContext.Current.CancellationToken);
    }
}
