using System.Text;
using Confluent.Kafka;
using StreamSocial.Cli.Output;
using StreamSocial.Cli.Topology;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Kafka.Lag;
using StreamSocial.Kafka.Tables;
using StreamSocial.Operations.Stages;
using StreamSocial.Streams.Membership;
using StreamSocial.Streams.Membership.Controls;

namespace StreamSocial.Cli.Operations;

/// <summary>What the commands about stages need of a cluster, from the beginning of a command to its end.</summary>
internal sealed class StageSession : IAsyncDisposable
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);

    private readonly MemberTracker _members;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TopicTable<string, StageControl> _controls;

    private StageSession(KafkaClientSettings settings, MemberTracker members)
    {
        _members = members;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(TopicNames.StageControls)).SetLogHandler((_, _) => { }).Build();
        _controls = new TopicTable<string, StageControl>(
            TopicNames.StageControls, Encoding.UTF8.GetString, StageControls.Read, _consumer, TimeProvider.System, new WarningLogger<TopicTable<string, StageControl>>(Console.Error));
        Recorded = new RecordedOperation(settings);
        Stages = new StageOperator(
            StageApplication.FeedGenerators,
            new StageKafka(settings, new PartitionOffsets(settings, new WarningLogger<PartitionOffsets>(Console.Error)), Recorded.Producer),
            new StageView(new StageControlsView(_controls), () => _members.Members) { LiveMembers = () => MemberTracker.Live(_members.Members) },
            TimeProvider.System);
    }

    /// <summary>Pauses, resumes and resets.</summary>
    public StageOperator Stages { get; }

    /// <summary>Records what is done.</summary>
    public RecordedOperation Recorded { get; }

    /// <summary>Opens a session; everything that it needs to know is read.</summary>
    /// <exception cref="ToolException">Something cannot be read.</exception>
    public static async Task<StageSession> OpenAsync(KafkaClientSettings settings, CancellationToken cancellationToken)
    {
        var session = new StageSession(settings, await MemberTracker.StartAsync(settings, cancellationToken));
        try
        {
            await session._controls.StartAsync(cancellationToken);
            await session._members.ReadAsync(ReadTimeout, cancellationToken);
            await Task.WhenAny(session._controls.WaitUntilCaughtUpAsync(cancellationToken), session._controls.ExecuteTask!).WaitAsync(ReadTimeout, cancellationToken);
            if (session._controls.ExecuteTask?.Exception?.InnerException is { } e)
                throw new ToolException($"Topic {TopicNames.StageControls} cannot be read: {e.Message} 'topics create' makes it.", e);
            return session;
        }
        catch (TimeoutException e)
        {
            await session.DisposeAsync();
            throw new ToolException($"Topic {TopicNames.StageControls} could not be read within {ReadTimeout.TotalSeconds:0} s. Do the brokers answer, and does the topic exist ('topics describe')?", e);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _controls.StopAsync(CancellationToken.None);
        _controls.Dispose();
        _consumer.Dispose();
        await _members.DisposeAsync();
        Recorded.Dispose();
    }

    /// <summary>The tool's own exception for what was not done: the command was wrong, or the brokers do not answer.</summary>
    public static Exception Translate(StageOperationException e) =>
        e.Refusal is StageRefusal.NoAnswer or StageRefusal.ControlsUnknown ? new ToolException(e.Message, e) : new UsageException(e.Message);
}
