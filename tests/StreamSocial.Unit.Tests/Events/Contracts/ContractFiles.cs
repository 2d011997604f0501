using Google.Protobuf.Reflection;
using StreamSocial.Events;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Unit.Tests.Events.Contracts;

/// <summary>All .proto files, and their messages and enums as they are now.</summary>
internal static class ContractFiles
{
    public static FileDescriptor[] All { get; } =
    [
        ActionsReflection.Descriptor, FeedsReflection.Descriptor, HotkeysReflection.Descriptor, InteractionsReflection.Descriptor, NotificationsReflection.Descriptor,
        ChangelogReflection.Descriptor, MembersReflection.Descriptor, ControlsReflection.Descriptor, RunsReflection.Descriptor, StreamSocial.Operations.OperationsReflection.Descriptor, StreamSocial.Scaling.ScalingReflection.Descriptor, StreamSocial.Alerts.Contracts.AlertsReflection.Descriptor,
    ];

    public static MessageDescriptor[] Messages { get; } = [.. All.SelectMany(file => file.MessageTypes)];

    /// <summary>One line per field and enum value: what must never get another meaning.</summary>
    public static string[] Describe() =>
    [
        .. Messages.SelectMany(message => message.Fields.InDeclarationOrder().Select(field =>
            $"{message.FullName} {field.FieldNumber} {field.Name} {(field.IsMap ? "map" : field.IsRepeated ? "repeated" : field.HasPresence && field.FieldType != FieldType.Message ? "optional" : "single")} {TypeOf(field)}")),
        .. All.SelectMany(file => file.EnumTypes).SelectMany(type => type.Values.Select(value => $"{type.FullName} {value.Number} {value.Name}")),
    ];

    /// <summary>Whether a field number is reserved, which is how a removed field stays removed.</summary>
    public static bool IsReserved(string message, int number) =>
        Messages.SingleOrDefault(type => type.FullName == message)?.ToProto().ReservedRange.Any(range => range.Start <= number && number < range.End) ?? false;

    private static string TypeOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        _ => field.FieldType.ToString(),
    };
}
