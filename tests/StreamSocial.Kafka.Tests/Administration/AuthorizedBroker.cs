using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Hosting.Kafka.Health;
using StreamSocial.Hosting.Kafka.Processes;
using StreamSocial.Kafka.Administration;
using StreamSocial.Kafka.Lag;
using StreamSocial.Topics;

namespace StreamSocial.Kafka.Tests.Administration;

/// <summary>A broker of a test's own that keeps rules on who may do what. What has no rule is allowed to everybody.</summary>
internal sealed class AuthorizedBroker : IAsyncDisposable
{
    private const string Authorizer = "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\nallow.everyone.if.no.acl.found=true\n";

    private readonly KraftClusterLayout _layout;
    private readonly Process _process;

    private AuthorizedBroker(KraftClusterLayout layout, Process process) => (_layout, _process) = (layout, process);

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90);

    public KafkaClientSettings Settings => new(_layout.Nodes[0].Address, new KafkaOptions());

    /// <summary>Starts it; skips the test when there is no Kafka to start.</summary>
    public static async Task<AuthorizedBroker> StartAsync()
    {
        var home = Environment.GetEnvironmentVariable(KafkaHome.Variable);
        if (string.IsNullOrEmpty(home))
            Assert.Skip("KAFKA_HOME is not set: set it to a Kafka distribution (a directory with libs/*.jar) to run the tests on real brokers.");
        // With one controller: several are nobody who is known to each other, and would wait for each other's rules.
        var layout = KraftClusterLayout.Create(home, Path.Combine(Path.GetTempPath(), $"streamsocial-kafka-{Guid.NewGuid():N}"), nodes: 1);
        await layout.PrepareAsync(partitions: 2, TestContext.Current.CancellationToken);
        var node = layout.Nodes[0];
        await File.AppendAllTextAsync(node.ConfigurationFile, Authorizer, TestContext.Current.CancellationToken);
        var broker = new AuthorizedBroker(layout, Process.Start(JavaRuntime.Executable, layout.StartArguments(node, [KraftClusterLayout.CompileFast])));
        try
        {
            using var probe = new BrokerProbe(node.Id, node.Address);
            string? problem = null;
            await Until.TrueAsync("the broker serves", async () => (problem = await Task.Run(() => probe.FindProblem(TimeSpan.FromSeconds(2)))) is null, () => problem!, Patience);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates topics of one partition.</summary>
    public async Task CreateTopicsAsync(params string[] names)
    {
        using var ends = new LogEndReader(Settings, NullLogger<LogEndReader>.Instance);
        using var administrator = new TopicAdministrator(Settings, ends, TimeProvider.System, NullLogger<TopicAdministrator>.Instance);
        await administrator.CreateAsync([.. names.Select(TopicOf)], TestContext.Current.CancellationToken);
    }

    public static TopicSpec TopicOf(string name) => new TopicSpec(name, 1, CleanupPolicy.Delete, TimeSpan.FromDays(1), "").WithReplicationFactor(1);

    /// <summary>Sets rules on a topic, which need not be there, for who names nobody.</summary>
    public async Task SetRulesAsync(string topic, params (AclOperation Operation, AclPermissionType Permission)[] rules)
    {
        using var admin = new AdminClientBuilder(Settings.CreateAdminConfig("rules")).Build();
        await admin.CreateAclsAsync(rules.Select(rule => new AclBinding
        {
            Pattern = new ResourcePattern { Type = ResourceType.Topic, Name = topic, ResourcePatternType = ResourcePatternType.Literal },
            Entry = new AccessControlEntry { Principal = "User:ANONYMOUS", Host = "*", Operation = rule.Operation, PermissionType = rule.Permission },
        })).WaitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _layout.Delete();
    }
}
