using System.Reflection;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Logging;
using StreamSocial.Kafka;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Hosting;

/// <summary>
/// Makes the code that processes records ready to be called before the member joins: compiled, where the build has not done that. Otherwise the first partitions
/// that it gets wait for it, on a machine that is busy: nobody adds members to an idle one.
/// </summary>
internal sealed partial class CodePreparation(IReadOnlyList<StageDefinition> stages, TimeProvider time, ILogger<CodePreparation> logger)
{
    /// <summary>Namespaces that no record passes: messages' descriptions, administration, and what describes an HTTP API.</summary>
    private static readonly HashSet<string?> Apart =
    [
        typeof(FileDescriptor).Namespace, typeof(Google.Protobuf.WellKnownTypes.Any).Namespace, typeof(TopicSpecification).Namespace, "Microsoft.AspNetCore.OpenApi.Generated",
    ];

    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private readonly ILogger _logger = logger;

    /// <summary>Prepares the methods of the stages, of the runtime and of what both stand on, except generic ones, whose types are not known before.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var methods = 0;
        foreach (var method in Assemblies().SelectMany(assembly => assembly.GetTypes()).Where(IsOnTheWayOfRecords).SelectMany(MethodsOf))
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            try
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
                methods++;
            }
            catch (Exception e) when (e is TypeInitializationException or TypeLoadException or MissingMemberException or FileNotFoundException or BadImageFormatException)
            {
                // Of something that is for another platform, or optional. If it is ever called, the caller is told.
                LogSkipped(e, method.DeclaringType?.FullName, method.Name);
            }
        }

        LogPrepared(methods, time.GetElapsedTime(started).TotalMilliseconds);
    }

    private HashSet<Assembly> Assemblies() =>
    [
        .. stages.Select(stage => stage.CreateProcessor.Method.Module.Assembly),
        typeof(CodePreparation).Assembly, typeof(KafkaClientSettings).Assembly, typeof(IClient).Assembly, typeof(IMessage).Assembly,
    ];

    private static bool IsOnTheWayOfRecords(Type type) => !Apart.Contains(type.Namespace) && !type.IsSubclassOf(typeof(Config));

    private static IEnumerable<MethodBase> MethodsOf(Type type) => type.ContainsGenericParameters
        ? []
        : type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)).Where(method =>
            !method.IsAbstract && !method.ContainsGenericParameters && method.MethodImplementationFlags is MethodImplAttributes.IL or MethodImplAttributes.AggressiveInlining
            && !method.Attributes.HasFlag(MethodAttributes.PinvokeImpl));

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Type}.{Method} cannot be compiled before it is called")]
    private partial void LogSkipped(Exception error, string? type, string method);

    [LoggerMessage(Level = LogLevel.Information, Message = "Prepared {Count} methods in {Milliseconds:F0} ms before joining")]
    private partial void LogPrepared(int count, double milliseconds);
}
