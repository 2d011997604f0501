using System.Text.Json.Serialization;

namespace StreamSocial.AppHost.Control;

internal sealed record ScaleSpec([property: JsonRequired] int Replicas);
